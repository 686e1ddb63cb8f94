const place = "heed-studio-theme";
const order = ["system", "light", "dark"] as const;
export type Theme = (typeof order)[number];

/** The kept theme, put on the page; "system" follows the machine. */
export function applyTheme(theme: Theme = currentTheme()): Theme {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  localStorage.setItem(place, theme);
  return theme;
}

export function currentTheme(): Theme {
  const kept = localStorage.getItem(place);
  return order.find((theme) => theme === kept) ?? "system";
}

export function nextTheme(theme: Theme): Theme {
  return order[(order.indexOf(theme) + 1) % order.length]!;
}
