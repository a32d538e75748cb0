"""The yardstick's work as a plain Mesa user writes it: one object per consumer, Mesa's own random generator.

Same behaviour as shopper_week.c (24 offers, awareness, stock), except that buyers come one after another and see only
offers still in stock, so it sells 3 to 4 % more. Prints consumer-weeks per second of CPU time and total sales.
Usage: python shopper_mesa.py CONSUMERS WEEKS
"""

import math
import sys
import time

import mesa

R, K, D, SCARCE = 100, 24, 8, 0.8


class Consumer(mesa.Agent):
    def __init__(self, model, region, beta, friends):
        super().__init__(model)
        self.region, self.beta, self.friends = region, beta, friends
        self.aware, self.loyal, self.last = self.random.random() < 0.05, 0.0, -1

    def hear(self):
        if not self.aware:
            heard = sum(self.model.consumers[f].aware for f in self.friends)
            self.aware = self.random.random() < 1 - 0.99 * 0.97**heard

    def choose(self):
        weights = [0.0] * K
        stock = self.model.stock[self.region]
        for k in range(0 if self.aware else K // 2, K):
            if stock[k] > 0:
                price, quality = self.model.offers[self.region][k]
                utility = quality - self.beta * price + (0.8 * self.loyal if k == self.last else 0.0)
                weights[k] = math.exp(utility)
        x = self.random.random() * (1.0 + sum(weights)) - 1.0
        for k, w in enumerate(weights):
            x -= w
            if -w <= x < 0:
                return k
        return -1

    def shop(self):
        if self.random.random() < 0.25:
            k = self.choose()
            if k >= 0:
                self.model.stock[self.region][k] -= 1
                self.model.sold += 1
                self.loyal, self.last = 0.7 * self.loyal + 0.3, k


class Market(mesa.Model):
    def __init__(self, n):
        super().__init__(seed=1)
        draw = self.random.uniform
        self.offers = [[(draw(8, 12), draw(0, 2)) for _ in range(K)] for _ in range(R)]
        self.sold, self.size = 0, n // R
        self.consumers = [
            Consumer(self, i * R // n, self.random.gammavariate(4, 0.05), [self.random.randrange(n) for _ in range(D)])
            for i in range(n)
        ]

    def step(self):
        self.stock = [
            [int(SCARCE * 0.25 * self.size / K * self.random.uniform(1, 3)) for _ in range(K)] for _ in range(R)
        ]
        self.agents.do("hear")
        self.agents.shuffle_do("shop")


n, weeks = int(sys.argv[1]), int(sys.argv[2])
market = Market(n)
start = time.process_time()
for _ in range(weeks):
    market.step()
seconds = time.process_time() - start
rate = n * weeks / seconds / 1e6
print(f"Mesa   n={n} weeks={weeks}  {seconds:.6f} s  {rate:.3f} M consumer-weeks/s  sold {market.sold}")
