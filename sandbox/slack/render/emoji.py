"""The emoji shortcodes that messages here use. Unknown ones stay as they are written, as in Slack."""

from collections.abc import Mapping
from typing import Final

_TABLE: Final = """
+1 👍  thumbsup 👍  -1 👎  wave 👋  clap 👏  pray 🙏  raised_hands 🙌  eyes 👀  point_right 👉
point_left 👈  point_up ☝️  point_down 👇  ok_hand 👌  smile 😄  slightly_smiling_face 🙂
grinning 😀  joy 😂  thinking_face 🤔  sweat_smile 😅  cry 😢  tada 🎉  sparkles ✨  rocket 🚀
fire 🔥  heart ❤️  star ⭐  bulb 💡  zap ⚡  boom 💥  wrench 🔧  hammer 🔨  gear ⚙️  lock 🔒
unlock 🔓  key 🔑  shield 🛡️  link 🔗  paperclip 📎  memo 📝  pencil ✏️  pencil2 ✏️
clipboard 📋  page_facing_up 📄  receipt 🧾  books 📚  book 📖  mag 🔍  mag_right 🔎  email 📧
e-mail 📧  envelope ✉️  incoming_envelope 📨  outbox_tray 📤  inbox_tray 📥  mailbox 📫
phone ☎️  telephone_receiver 📞  bell 🔔  no_bell 🔕  loudspeaker 📢  mega 📣  pager 📟
rotating_light 🚨  warning ⚠️  no_entry ⛔  no_entry_sign 🚫  x ❌  o ⭕  heavy_check_mark ✔️
white_check_mark ✅  ballot_box_with_check ☑️  heavy_plus_sign ➕  heavy_minus_sign ➖
question ❓  grey_question ❔  exclamation ❗  information_source ℹ️  red_circle 🔴
large_orange_circle 🟠  large_yellow_circle 🟡  large_green_circle 🟢  large_blue_circle 🔵
white_circle ⚪  black_circle ⚫  large_purple_circle 🟣  large_blue_diamond 🔷
small_blue_diamond 🔹  small_orange_diamond 🔸  red_square 🟥  large_green_square 🟩
large_yellow_square 🟨  credit_card 💳  moneybag 💰  money_with_wings 💸  dollar 💵  euro 💶
yen 💴  bank 🏦  chart 💹  chart_with_upwards_trend 📈  chart_with_downwards_trend 📉
bar_chart 📊  package 📦  label 🏷️  ticket 🎫  gift 🎁  shopping_trolley 🛒  calendar 📅  date 📅
spiral_calendar_pad 🗓️  hourglass ⌛  hourglass_flowing_sand ⏳  stopwatch ⏱️
timer_clock ⏲️  alarm_clock ⏰  clock1 🕐  clock3 🕒  clock9 🕘  arrow_right ➡️  arrow_left ⬅️
arrow_up ⬆️  arrow_down ⬇️  arrows_counterclockwise 🔄  repeat 🔁
leftwards_arrow_with_hook ↩️  pause_button ⏸️  double_vertical_bar ⏸️  arrow_forward ▶️
black_square_for_stop ⏹️  stop_button ⏹️  fast_forward ⏩  globe_with_meridians 🌐
earth_americas 🌎  house 🏠  office 🏢  bust_in_silhouette 👤  busts_in_silhouette 👥  bot 🤖
robot_face 🤖  test_tube 🧪  construction 🚧  sos 🆘  new 🆕  recycle ♻️  wastebasket 🗑️
ghost 👻  zzz 💤  speech_balloon 💬  left_speech_bubble 🗨️  door 🚪  ladder 🪜  fire_engine 🚒
ambulance 🚑  calling 📲  desktop_computer 🖥️  man-technologist 👨‍💻  coffee ☕
checkered_flag 🏁  triangular_flag_on_post 🚩
"""
_WORDS: Final = _TABLE.split()
EMOJI: Final[Mapping[str, str]] = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
