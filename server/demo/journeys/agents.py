from server.demo.journeys.world import Journey
JOURNEY = Journey('ax', 'agents', ())
