/** The content of a data set's file, unzipped. */
export interface KnownContent {
  bytes: number;
  /** SHA-256, hex. */
  sha256: string;
}

/** What the files hold that recorded figures were measured on, by data set and file. */
export const knownContents: Readonly<Record<string, Readonly<Record<string, KnownContent>>>> = {
  "movietweetings-100k": {
    "ratings.dat.gz": {
      bytes: 2945101,
      sha256: "c0dd868c2632d10002ebc928ddc5345f33adeaa59eca52c2941c26a2c5e36fd6",
    },
    "movies.dat.gz": {
      bytes: 542192,
      sha256: "e63fb84bc734e3c574f135634a40d3cbafab22b8f94f5fc0b80f80d1d2076efc",
    },
  },
  "ml-latest-small": {
    "ratings.csv.gz": {
      bytes: 2338261,
      sha256: "b4239649fbf90ebf405c56c3ae1d929d9e7c86fc1a3a80cbef1c884df593ef73",
    },
    "movies.csv.gz": {
      bytes: 449264,
      sha256: "43d1736d3c688eb5b7856473c36d86a1c345676cab256c91720c1f6984d263b5",
    },
    "tags.csv.gz": {
      bytes: 40605,
      sha256: "ba8789ec2e7894bcb29a1762b2f9fb34bad7f288be6b4d8388e86af2138d430e",
    },
  },
  "mlsmall-implicit": {
    "train.csv.gz": {
      bytes: 6160255,
      sha256: "fc7454d1c8a031f298e9398629ea8207daba6a4dba4f70718353a23170224d2a",
    },
    "valid.csv.gz": {
      bytes: 1759867,
      sha256: "009c40e50c0a6a3468d75cc600cbd4325bf834e908a7d8b0ac7e6f80fc53e3da",
    },
    "test.csv.gz": {
      bytes: 880052,
      sha256: "d8ccdf42c5ca7a33aabeaa1d4cbf4706870468b665306f4d0a0ee945de60c433",
    },
  },
  frappe: {
    "frappe_x1.csv.gz": {
      bytes: 16262365,
      sha256: "0668eacd3e61897a457b071c358a2d873de9275c2aeffd39ede0cce5f1d0e435",
    },
  },
  "frappe-recreated": {
    "ctr.csv.gz": {
      bytes: 16262540,
      sha256: "16e30d7ba644537787ae4979d79613d19ffcc23b5cc61776395ba0ff1377d11a",
    },
  },
  "ml-1m-seq": {
    "sequences.txt.gz": {
      bytes: 4208536,
      sha256: "bf621a5de87080520446bb8e680a8c94bacba4b9cc32359dd96f3dd31862f6ae",
    },
    "items.tsv.gz": {
      bytes: 154172,
      sha256: "ebb48b8eb41931a42193d6ccc39a0389608bf29db867bfa1423296dea5bcacad",
    },
  },
  "amazon-beauty-seq": {
    "sequences.txt.gz": {
      bytes: 1090094,
      sha256: "226cce9c3105299ca0db9615d7d3fb32b3175e90da43100ae352599f0f0107b8",
    },
    "item2attributes.json.gz": {
      bytes: 248537,
      sha256: "3a281774adc419313756a4a405ebdaa5e79ddab2ab03aa59c34a564f50fc6924",
    },
  },
  "amazon-sports-seq": {
    "sequences.txt.gz": {
      bytes: 1707483,
      sha256: "2a095e0648872beb9982408958290f5d655db5be2911c3756b5446de9f0b8de2",
    },
    "item2attributes.json.gz": {
      bytes: 524966,
      sha256: "93dfdcb007fe05f02a7ffc485c9053335e5e4943c8ed6cabf1757f38270be704",
    },
  },
  "amazon-games-seq": {
    "sequences.txt.gz": {
      bytes: 2501148,
      sha256: "b0e9bc680243864a887e9329a857c37abab8d283426667af5a8ce165b75fbe04",
    },
    "items.tsv.gz": {
      bytes: 837167,
      sha256: "02b14dd54ac87ff6a24ad284b1cb53f9d91edce007bb8f93d8d24d7f8b8eb706",
    },
  },
  "lastfm-seq": {
    "sequences.txt.gz": {
      bytes: 239312,
      sha256: "9ded486adb5b0fe9dc761950afa0a9a05e93ff018992e0c52bf11afec529f802",
    },
    "item2attributes.json.gz": {
      bytes: 405819,
      sha256: "0fd8efe8dcf3ae0cfecaf3a9ff9fa23d983f10432e4acae5740ca1ec7c55e45a",
    },
  },
  "amazon-musical-reviews": {
    "reviews.tsv.gz": {
      bytes: 5736611,
      sha256: "70f54c8ffcd14e55b685de9a014132bb456e24899d99d000b7709561a4e8bd44",
    },
  },
  "adult-census": {
    "train.csv.gz": {
      bytes: 3396210,
      sha256: "234fd7acbb428933fb7f7f046667085e367a5e33beb2dba0dba525554b83f23d",
    },
    "test.csv.gz": {
      bytes: 1697801,
      sha256: "54fc9db024345520fa745818fefb6192f251fa80b2cd7b3871eb6f1b20b2a349",
    },
  },
  "tiktok-inter": {
    "inter.tsv.gz": {
      bytes: 757496,
      sha256: "f2adcd92e656851b230e642ef16b73ac1f70781366ff5badce2618c216117112",
    },
  },
  "obd-small": {
    "random_men.csv.gz": {
      bytes: 3287920,
      sha256: "e4a1b52631dc2ce1d2f555622d4e7ae831b0c19d239ef069dd867d1efa797793",
    },
    "bts_men.csv.gz": {
      bytes: 3191541,
      sha256: "b90678a225f3265748d396ac4f45af149242aa6e0078ff7bc06ffb091b2a1fa5",
    },
  },
};
