// The shortcodes that apps use most; any other stays as it was written.

const CODES = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", tada: "🎉", wave: "👋", clap: "👏", pray: "🙏", raised_hands: "🙌", raised_hand: "✋",
  ok_hand: "👌", muscle: "💪", point_right: "👉", point_left: "👈", point_up: "☝️", point_down: "👇", eyes: "👀", heart: "❤️",
  purple_heart: "💜", green_heart: "💚", blue_heart: "💙", star: "⭐", star2: "🌟", sparkles: "✨", fire: "🔥", zap: "⚡",
  sunny: "☀️", sunrise: "🌅", partly_sunny: "⛅", cloud: "☁️", rain_cloud: "🌧️", snowflake: "❄️", rainbow: "🌈", moon: "🌔",
  new_moon: "🌑", crescent_moon: "🌙", smile: "😄", smiley: "😃", grinning: "😀", simple_smile: "🙂", slightly_smiling_face: "🙂",
  wink: "😉", joy: "😂", thinking_face: "🤔", sweat_smile: "😅", cry: "😢", sob: "😭", disappointed: "😞", confused: "😕",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", heavy_multiplication_x: "✖️",
  negative_squared_cross_mark: "❎", warning: "⚠️", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", construction: "🚧",
  rotating_light: "🚨", exclamation: "❗", heavy_exclamation_mark: "❗", question: "❓", grey_question: "❔", information_source: "ℹ️",
  bulb: "💡", bell: "🔔", no_bell: "🔕", loudspeaker: "📢", mega: "📣", speech_balloon: "💬", thought_balloon: "💭",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", clock1: "🕐", clock6: "🕕", clock8: "🕗",
  clock9: "🕘", watch: "⌚", calendar: "📆", date: "📅", spiral_calendar_pad: "🗓️", memo: "📝", pencil: "📝", pencil2: "✏️",
  clipboard: "📋", page_facing_up: "📄", page_with_curl: "📃", file_folder: "📁", open_file_folder: "📂", card_index: "📇",
  bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", paperclip: "📎", link: "🔗", lock: "🔒",
  unlock: "🔓", key: "🔑", mag: "🔍", mag_right: "🔎", wrench: "🔧", hammer: "🔨", hammer_and_wrench: "🛠️", gear: "⚙️",
  package: "📦", inbox_tray: "📥", outbox_tray: "📤", email: "✉️", envelope: "✉️", incoming_envelope: "📨", telephone: "☎️",
  telephone_receiver: "📞", computer: "💻", desktop_computer: "🖥️", floppy_disk: "💾", repeat: "🔁",
  arrows_counterclockwise: "🔄", arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️",
  arrow_right_hook: "↪️", leftwards_arrow_with_hook: "↩️", fast_forward: "⏩", double_vertical_bar: "⏸️", pause_button: "⏸️",
  arrow_forward: "▶️", black_square_for_stop: "⏹️", heavy_plus_sign: "➕", heavy_minus_sign: "➖", new: "🆕", ok: "🆗",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", six: "6️⃣", seven: "7️⃣", eight: "8️⃣", nine: "9️⃣",
  large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", red_circle: "🔴", large_red_circle: "🔴",
  large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", large_green_square: "🟩", large_yellow_square: "🟨",
  large_red_square: "🟥", white_large_square: "⬜", black_large_square: "⬛", small_blue_diamond: "🔹", small_orange_diamond: "🔸",
  school: "🏫", house: "🏠", office: "🏢", mortar_board: "🎓", books: "📚", book: "📖", school_satchel: "🎒", student: "🧑‍🎓",
  teacher: "🧑‍🏫", handshake: "🤝", zzz: "💤", boy: "👦", girl: "👧", bust_in_silhouette: "👤", busts_in_silhouette: "👥", robot_face: "🤖", rocket: "🚀",
  checkered_flag: "🏁", "flag-wales": "🏴󠁧󠁢󠁷󠁬󠁳󠁿", wales: "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "flag-gb": "🇬🇧", seedling: "🌱", leaves: "🍃", blossom: "🌼", tea: "🍵", coffee: "☕",
  ticket: "🎫", label: "🏷️", globe_with_meridians: "🌐", shield: "🛡️", ghost: "👻", broom: "🧹", door: "🚪", compass: "🧭",
};

export const emoji = (code) => CODES[code] ?? CODES[code.replace(/::skin-tone-\d$/, "")];
