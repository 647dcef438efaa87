"""The tanhuitong application: doors, journeys, identity and the kernel they rest on."""
