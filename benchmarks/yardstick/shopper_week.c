/* The yardstick: one shopper-week per consumer and week, hand-written C, one core.
   N consumers in 100 regions of 24 offers (12 of them need awareness), 8 friends each. Every week:
   hear   an unaware consumer with a aware friends becomes aware with probability 1 - .99 * .97^a
   shop   with probability .25: utility = quality - beta_i * price (+ .8 * loyalty for last week's outlet) + Gumbel,
          against an outside option; the highest wins
   ration where more choose an offer than it has stock, a lottery decides; losers choose once more among the other offers
          that still have stock after the first round
   learn  a buyer's loyalty moves to the outlet, a loser's fades
   Every draw is keyed by (stream, consumer, week, offer), so it does not depend on any order; Gumbel draws come from a table
   of 16,384 quantiles (mid-points; the tails beyond 1/32768 are cut). Prints consumer-weeks per second of CPU time and
   total sales; built with -DCOUNT also how many offers were considered, those of second choices included. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
enum { R = 100, K = 24, D = 8, Q = 16384 };
static inline uint64_t mix(uint64_t z) { z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull; z = (z ^ (z >> 27)) * 0x94d049bb133111ebull; return z ^ (z >> 31); }
static inline uint64_t key(uint64_t s, uint64_t i, uint64_t t) { return mix(mix(s + i * 0x9e3779b97f4a7c15ull) + t * 0xd1342543de82ef95ull); }
static inline double unit(uint64_t h) { return (h >> 11) * (1.0 / 9007199254740992.0); }
#ifdef COUNT
static long offers;
#define CONSIDERED offers++
#else
#define CONSIDERED (void)0
#endif
static double gumbel[Q];
static float price[R][K], quality[R][K];
static int region_of(long i, long n) { return (int)(i * R / n); }
static int choose(long i, int t, int r, float beta, float loyal, int last, int aware, const int8_t *open) {
  uint64_t base = key(3, i, t); int best = -1; double top = gumbel[mix(base + 99) >> 50];
  for (int k = aware ? 0 : K / 2; k < K; k++) {
    if (open && !open[k]) continue;
    CONSIDERED;
    double u = quality[r][k] - (double)beta * price[r][k] + gumbel[mix(base + k * 0x9e3779b97f4a7c15ull) >> 50];
    if (k == last) u += .8 * loyal;
    if (u > top) { top = u; best = k; }
  }
  return best;
}
typedef struct { uint64_t ticket; int who; } Entry;
static int by_ticket(const void *a, const void *b) { uint64_t x = ((const Entry *)a)->ticket, y = ((const Entry *)b)->ticket; return (x > y) - (x < y); }
int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 100000; int weeks = argc > 2 ? atoi(argv[2]) : 104; double scarce = argc > 3 ? atof(argv[3]) : .8;
  float *beta = malloc(n * 4), *loyal = calloc(n, 4); int8_t *last = malloc(n), *pick = malloc(n); uint8_t *aware = malloc(n), *next = malloc(n);
  int *friend_ = malloc(n * D * 4); Entry *queue = malloc(n * sizeof(Entry)); long total = 0; double qa[D + 1];
  for (int q = 0; q < Q; q++) gumbel[q] = -log(-log((q + .5) / Q));
  for (int a = 0; a <= D; a++) qa[a] = 1 - .99 * pow(.97, a);
  for (int r = 0; r < R; r++) for (int k = 0; k < K; k++) { price[r][k] = 8 + 4 * unit(key(10, r, k)); quality[r][k] = 2 * unit(key(11, r, k)); }
  for (long i = 0; i < n; i++) {
    double g = 0; for (int j = 0; j < 4; j++) g -= log(1 - unit(key(12, i, j))) * .05;
    beta[i] = g; last[i] = -1; aware[i] = unit(key(13, i, 0)) < .05;
    for (int j = 0; j < D; j++) friend_[i * D + j] = key(14, i, j) % n;
  }
  struct timespec a, b; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  for (int t = 0; t < weeks; t++) {
    for (long i = 0; i < n; i++) {
      next[i] = aware[i]; if (aware[i]) continue;
      int s = 0; for (int j = 0; j < D; j++) s += aware[friend_[i * D + j]];
      next[i] = unit(key(1, i, t)) < qa[s];
    }
    uint8_t *swap = aware; aware = next; next = swap;
    for (long i = 0; i < n; i++)
      pick[i] = unit(key(2, i, t)) < .25 ? choose(i, t, region_of(i, n), beta[i], loyal[i], last[i], aware[i], NULL) : -1;
    long i0 = 0;
    for (int r = 0; r < R; r++) {
      long i1 = i0; while (i1 < n && region_of(i1, n) == r) i1++;
      int want[K] = {0}, stock[K]; int8_t open[K];
      for (long i = i0; i < i1; i++) if (pick[i] >= 0) want[pick[i]]++;
      for (int k = 0; k < K; k++) stock[k] = (int)(scarce * .25 * (i1 - i0) / K * (.5 + unit(key(15, r * K + k, t))) * 2);
      for (int round = 0; round < 2; round++) {
        for (int k = 0; k < K; k++) {
          int m = 0; if (!want[k]) continue;
          if (want[k] > stock[k]) {
            for (long i = i0; i < i1; i++) if (pick[i] == k) queue[m++] = (Entry){key(4 + round, i, t), (int)i};
            qsort(queue, m, sizeof(Entry), by_ticket);
            for (int j = stock[k]; j < m; j++) { int i = queue[j].who; loyal[i] *= .9f; pick[i] = round ? -1 : -2; }
          }
        }
        for (long i = i0; i < i1; i++) if (pick[i] >= 0) {
          int k = pick[i]; stock[k]--; total++; loyal[i] = .7f * loyal[i] + .3f; last[i] = k; pick[i] = -1;
        }
        if (round) break;
        memset(want, 0, sizeof want); for (int k = 0; k < K; k++) open[k] = stock[k] > 0;
        for (long i = i0; i < i1; i++) if (pick[i] == -2) {
          pick[i] = choose(i, t, r, beta[i], loyal[i], last[i], aware[i], open); if (pick[i] >= 0) want[pick[i]]++;
        }
      }
      i0 = i1;
    }
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b); double s = b.tv_sec - a.tv_sec + 1e-9 * (b.tv_nsec - a.tv_nsec);
  printf("C      n=%ld weeks=%d  %.6f s  %.2f M consumer-weeks/s  sold %ld\n", n, weeks, s, 1e-6 * n * weeks / s, total);
#ifdef COUNT
  printf("offers considered %ld\n", offers);
#endif
  return 0;
}
