import type { FailureTexts, StakeReason } from "../failure-sentences.ts";

/** By the reason of the rule. */
const stakeRules: { readonly [Reason in StakeReason]: string } = {
  "other-asset": "لا يُرهن إلا المال الأول في الشبكة.",
  "not-staked": "ليس مرهونًا هناك هذا القدر.",
  "too-many-validators": "ترهن خلف 16 شاهدًا. استرد شيئًا أولًا.",
  "too-many-unbonding": "في طريق العودة أكثر مما يجوز. انتظر حتى يصل بعضه.",
};

export const failures: FailureTexts = {
  device: { own: "هذا الجهاز", other: "جهاز الدافع" },
  deviceInside: { own: "هذا الجهاز", other: "جهاز الدافع" },
  payer: { own: "لديك", other: "لدى الدافع" },
  codes: {
    duplicate: () => ({ title: "معروفة من قبل", sentence: "هذه الدفعة في السجل بالفعل." }),
    "account-unknown": () => ({
      title: "الدافع غير معروف بعد",
      sentence: "لم يصل حساب الدافع إلى هذا الجهاز ولا إلى السجل بعد.",
    }),
    "session-unknown": () => ({
      title: "الجهاز غير معروف بعد",
      sentence: "لا شيء مما وصل حتى الآن يضمن جهاز الدافع.",
    }),
    "previous-missing": () => ({
      title: "تنقص دفعة سابقة",
      sentence: "تأتي بعد دفعة أخرى من الجهاز نفسه لم تصل بعد.",
    }),
    "dependency-missing": () => ({
      title: "تُبنى على دفعة أخرى",
      sentence: "تنفق مالًا من دفعة لم تصل بعد.",
    }),
    "time-in-future": ({ judgedFrom }, { when }) => ({
      title: "مؤرَّخة في المستقبل",
      sentence: `ساعة الدافع متقدمة. يمكن الحكم عليها ابتداءً من هذا الوقت: ${when(judgedFrom)}.`,
    }),
    "checkpoint-ahead": ({ height, known }) => ({
      title: "أحدث من هذا الجهاز",
      sentence: `وُقِّعت بعد معرفة نقطة التسوية ${height}؛ وهذا الجهاز يعرف ${known}. يُحكم عليها حين يكون المركز في المتناول.`,
    }),
    "history-missing": () => ({
      title: "بعيدة في الماضي",
      sentence: "لم يعد هذا الجهاز يحتفظ بالجزء المطلوب من الماضي. المركز يقرر.",
    }),
    "session-killed": (_failure, { deviceInside }) => ({
      title: "أُوقفت الأجهزة",
      sentence: `أُوقفت كل أجهزة الحساب دفعة واحدة، ومعها ${deviceInside}.`,
    }),
    "session-revoked": (_failure, { deviceInside }) => ({
      title: "أُزيل الجهاز",
      sentence: `أزال الحساب هذا الجهاز، ولا يُعتدّ بأي شيء يوقِّعه ${deviceInside} بعد ذلك.`,
    }),
    "session-frozen": (_failure, { device }) => ({
      title: "الجهاز مُجمَّد",
      sentence: `${device} وقَّع دفعتين برقم واحد، فلا يُعتدّ بأي شيء يوقِّعه بعد ذلك.`,
    }),
    "session-not-yet-valid": ({ notBefore }, { device, when }) => ({
      title: "مبكرة جدًا",
      sentence: `${device} لا يجوز له أن يدفع إلا ابتداءً من هذا الوقت: ${when(notBefore)}.`,
    }),
    "session-expired": ({ reason, expiry }, { device, when }) => ({
      title: "انتهى الإذن",
      sentence:
        reason === "signed-late"
          ? `${device} كان يجوز له أن يدفع حتى هذا الوقت: ${when(expiry)}.`
          : `${device} كان يجوز له أن يدفع حتى هذا الوقت: ${when(expiry)}. ووصلت الدفعة إلى السجل بعده بزمن طويل.`,
    }),
    "permission-missing": ({ permission, asset }, { device }) => ({
      title: "غير مسموح",
      sentence:
        permission === "SEND" && asset !== "" ? `${device} ليس له إذن بإرسال ${asset}.` : `${device} ليس له إذن بهذا.`,
    }),
    "region-not-allowed": (_failure, { device }) => ({
      title: "ليس في هذه المنطقة",
      sentence: `${device} لا يجوز له أن يدفع إلا في مناطق معينة، ولم تُوقَّع هذه الدفعة في إحداها.`,
    }),
    "recipient-not-allowed": (_failure, { device }) => ({
      title: "ليس لهذا المستلم",
      sentence: `${device} لا يجوز له أن يدفع إلا لحسابات معينة، وليس هذا منها.`,
    }),
    "time-went-backwards": () => ({
      title: "رجعت الساعة إلى الوراء",
      sentence: "تاريخها قبل شيء يجب أن تأتي بعده. تحقَّق من ساعة الجهاز الدافع.",
    }),
    "checkpoint-unknown": () => ({
      title: "ماضٍ آخر",
      sentence: "تشير إلى حالة للسجل لم توجد قط.",
    }),
    "checkpoint-went-backwards": () => ({
      title: "ماضٍ أقدم",
      sentence: "تشير إلى حالة للسجل أقدم مما تشير إليه الدفعة التي قبلها.",
    }),
    "offline-too-long": ({ limitMs }, { days }) => ({
      title: "دون شبكة مدة طويلة",
      sentence: `يجب أن تصل الدفعة إلى السجل خلال هذه المدة: ${days(limitMs)}.`,
    }),
    "asset-unknown": ({ asset }) => ({ title: "مال غير معروف", sentence: `ليس في هذه الشبكة ${asset}.` }),
    "amount-invalid": ({ reason }) =>
      reason === "zero"
        ? { title: "لا مبلغ", sentence: "الدفعة تنقل أكثر من لا شيء." }
        : { title: "إلى النفس", sentence: "الدافع والمستلم حساب واحد." },
    "limit-per-transaction": ({ limit, asked, asset }, { device, money }) => ({
      title: "فوق حد الدفعة الواحدة",
      sentence: `${device} يجوز له إرسال ${money(limit, asset)} في الدفعة الواحدة؛ والمطلوب ${money(asked, asset)}.`,
    }),
    "limit-per-day": ({ limit, left, asked, asset, renewsAt }, { device, money, when }) => ({
      title: "فوق الحد اليومي",
      sentence: `${device} يجوز له إرسال ${money(limit, asset)} في اليوم. الباقي ${money(left, asset)} والمطلوب ${money(asked, asset)}. يتجدد ${when(renewsAt)}.`,
    }),
    "limit-offline": ({ limit, left, asked, asset }, { device, money }) => ({
      title: "كثير مما لم يُسوَّ",
      sentence: `${device} يجوز أن يكون له ${money(limit, asset)} في الطريق في وقت واحد. الباقي ${money(left, asset)} والمطلوب ${money(asked, asset)}. يتجدد حين يسوِّي المركز ما أُرسل.`,
    }),
    "float-exceeded": ({ left, asked, asset }, { device, money }) => ({
      title: "أكثر مما جُنِّب",
      sentence: `${device} جنَّب ${money(left, asset)} والمطلوب إعادة ${money(asked, asset)}.`,
    }),
    "stake-rules": ({ reason }) => ({ title: "لا يُرهن هكذا", sentence: stakeRules[reason] }),
    "insufficient-funds": ({ left, asked, asset }, { payer, money }) => ({
      title: "المال لا يكفي",
      sentence: `${payer} ${money(left, asset)} للإنفاق، والمطلوب ${money(asked, asset)}.`,
    }),
  },
};
