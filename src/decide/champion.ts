import { HeedError } from "../core/errors.js";
import { type Interval, pairedBootstrap } from "../evaluate/index.js";

/** One metric of both models for the same users, in the same order; higher is better. */
export interface PairedMetric {
  champion: ArrayLike<number>;
  challenger: ArrayLike<number>;
}

export interface Contest {
  /** A scheduled refresh (the same configuration, newer data), not a different model. */
  sameConfiguration: boolean;
  /** Judged on all users. */
  all: PairedMetric;
  /** Judged on users whose items were chosen at random in part: what counts, where there are enough of them. */
  randomised?: PairedMetric | undefined;
  /** Fewer users than this decide nothing; the default is 100. */
  minimumUsers?: number | undefined;
  seed?: number | undefined;
  resamples?: number | undefined;
}

export interface Verdict {
  serves: "champion" | "challenger";
  judgedOn: "randomised" | "all";
  users: number;
  /** Of the mean difference challenger - champion, 95 %; absent when there were too few users to judge. */
  interval?: Interval;
  /** The decision in one sentence, with its figures. */
  reason: string;
}

/**
 * Whether a challenger takes over. A refresh of the same configuration serves unless it is significantly worse: newer data
 * is the better guess. A different configuration must be significantly better: it has to earn the risk. Judged on
 * randomised traffic when that has `minimumUsers` users, because elsewhere the log favours whoever chose what was shown.
 */
export function judgeChallenger({
  sameConfiguration,
  all,
  randomised,
  minimumUsers = 100,
  seed = 1,
  resamples = 1000,
}: Contest): Verdict {
  const useRandomised = randomised !== undefined && randomised.champion.length >= minimumUsers;
  const judgedOn = useRandomised ? "randomised" : "all";
  const { champion, challenger } = useRandomised ? randomised : all;
  checkMetric(champion, challenger);
  const users = champion.length;
  const traffic = useRandomised ? "users of randomised traffic" : "users";
  if (users < minimumUsers) {
    const why = `${users} ${traffic} are too few to judge (${minimumUsers} needed)`;
    return sameConfiguration
      ? {
          serves: "challenger",
          judgedOn,
          users,
          reason: `the refresh serves: ${why}, and it knows newer data`,
        }
      : { serves: "champion", judgedOn, users, reason: `the champion stays: ${why}` };
  }
  const interval = pairedBootstrap(challenger, champion, { seed, resamples });
  const figures = `difference ${signed(interval.mean)}, 95 % interval ${signed(interval.low)} to ${signed(interval.high)}, ${users} ${traffic}`;
  const worse = interval.high < 0;
  const better = interval.low > 0;
  const serves = (sameConfiguration ? !worse : better) ? "challenger" : "champion";
  const finding = worse
    ? "significantly worse"
    : better
      ? "significantly better"
      : "not significantly different";
  const rule = sameConfiguration
    ? `the refresh ${serves === "challenger" ? "serves" : "does not serve"}: it is ${finding}`
    : `the ${serves === "challenger" ? "challenger takes over" : "champion stays"}: the challenger is ${finding}`;
  return { serves, judgedOn, users, interval, reason: `${rule} (${figures})` };
}

function checkMetric(champion: ArrayLike<number>, challenger: ArrayLike<number>): void {
  const refuse = (what: string) =>
    new HeedError(
      "champion-invalid",
      what,
      "give one finite value per user, of the same users in the same order",
    );
  if (champion.length !== challenger.length)
    throw refuse(`${champion.length} values of the champion, ${challenger.length} of the challenger`);
  for (let i = 0; i < champion.length; i++)
    if (!Number.isFinite(champion[i]!) || !Number.isFinite(challenger[i]!))
      throw refuse(`user ${i}: ${champion[i]} for the champion, ${challenger[i]} for the challenger`);
}

const signed = (value: number) => `${value < 0 ? "" : "+"}${value.toPrecision(3)}`;
