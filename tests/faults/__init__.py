"""Things are killed, filled, locked and cut while clients write down what they got."""
