"""Where the agents meet: the market, its week, its networks, its logistics and its books."""
