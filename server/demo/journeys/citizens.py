from server.demo.journeys.world import Journey
JOURNEY = Journey('cx', 'citizens', ())
