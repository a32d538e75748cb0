// A job as a browser sees it: all that its log has told so far, and who draws it.
import { ask, follow } from "./api.js";
import { lang, t, titleOf } from "./words.js";

const problems = (told) => ({ en: told.problem, zh: told.problem_zh });

export class JobView {
  constructor(changed) {
    this.changed = changed;
    this.clear();
  }

  clear() {
    this.source?.close();
    Object.assign(this, { id: null, job: null, state: null, stage: null, problem: {}, result: null, done: 0, runs: 0, played: 0, series: [], regions: null, heard: 0 });
  }

  get running() { return this.state === "running" || this.state === "queued"; }

  async open(id) {
    this.clear();
    const job = await ask(`jobs/${id}`);
    Object.assign(this, { id, job, state: job.state, stage: job.stage, problem: problems(job), series: job.policies.map(() => new Map()) });
    this.source = follow(`jobs/${id}/events`, {
      state: (news) => this.hear(news, () => {
        Object.assign(this, { state: news.state, stage: news.stage, problem: problems(news), runs: news.runs });
        if (!this.running) this.source.close();
      }),
      weeks: (news) => this.hear(news, () => this.weeks(news)),
      progress: (news) => this.hear(news, () => { this.done = news.done; this.runs = news.runs; }),
      result: (news) => this.hear(news, () => { this.result = news; this.fetchRegions(); }),
    });
    this.changed("open");
  }

  hear(news, take) {
    this.heard += 1;
    take();
    this.changed("event");
  }

  weeks(news) {
    this.played = Math.max(this.played, news.played);
    const there = this.series[news.policy];
    news.weeks.forEach((week, place) => {
      const values = {};
      for (const [metric, column] of Object.entries(news.series)) values[metric] = column[place];
      there.set(week, values);
    });
  }

  async fetchRegions() {
    const id = this.id;
    try {
      const rows = await ask(`jobs/${id}/regions`);
      if (this.id === id) { this.regions = rows; this.changed("regions"); }
    } catch { /* the job was forgotten */ }
  }

  // What to draw of a metric: means with bands once the fine answer is there, else the first seed as far as it is.
  lines(metric) {
    const fine = this.result?.stage === "fine" && this.result.weekly[metric];
    return this.job.policies.map((policy, index) => {
      if (fine) {
        const band = this.result.weekly[metric][index];
        return { label: titleOf(policy), weeks: band.mean.map((_, place) => place + 1), ...band };
      }
      const weeks = [...this.series[index].keys()].sort((a, b) => a - b).filter((week) => this.series[index].get(week)[metric] !== undefined);
      return { label: titleOf(policy), weeks, mean: weeks.map((week) => this.series[index].get(week)[metric]) };
    });
  }

  // The whole length is on the axis from the start only once there is more than the coarse answer.
  get length() { return this.stage === "fine" || !this.job ? this.job?.weeks ?? 1 : this.job.coarse_weeks; }

  said() {
    if (!this.job) return t("job.none");
    if (this.state === "failed") return this.problem[lang] ?? t("job.failed");
    if (this.state === "running") return t(`job.running_${this.stage}`);
    return t(`job.${this.state}`);
  }

  note() {
    if (!this.job) return "";
    const stage = this.result ? this.result.stage : "coarse";
    if (this.result?.shipped) return t("job.shipped_note", { weeks: this.job.coarse_weeks, all: this.job.weeks });
    if (stage === "coarse") return t("job.coarse_note", { weeks: this.job.coarse_weeks, all: this.job.weeks });
    return t(this.result.seeds > 1 ? "job.fine_note" : "job.fine_note_single", { seeds: this.result.seeds, weeks: this.result.weeks });
  }
}
