#include "jobflip/os/proc_text.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>

namespace jobflip::os {
namespace {

/// Takes the next word off `text`; "" if there is none.
std::string_view next_word(std::string_view& text) {
  const auto from = text.find_first_not_of(" \t\n");
  if (from == std::string_view::npos) return text = {};
  const auto to = std::min(text.find_first_of(" \t\n", from), text.size());
  const auto word = text.substr(from, to - from);
  text.remove_prefix(to);
  return word;
}

std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// "0100007F:0019": each group of 8 digits is a word in the byte order of this machine.
std::optional<std::string> address(std::string_view text) {
  const auto colon = text.find(':');
  if (colon != 8 && colon != 32) return std::nullopt;
  const auto port = whole_number<std::uint16_t>(text.substr(colon + 1), 16);
  std::array<char, 16> bytes{};
  for (std::size_t at = 0; at < colon; at += 8) {
    const auto word = whole_number<std::uint32_t>(text.substr(at, 8), 16);
    if (!word) return std::nullopt;
    std::memcpy(bytes.data() + at / 2, &*word, sizeof *word);
  }
  std::array<char, INET6_ADDRSTRLEN> shown{};
  const int family = colon == 8 ? AF_INET : AF_INET6;
  if (!port || ::inet_ntop(family, bytes.data(), shown.data(), shown.size()) == nullptr)
    return std::nullopt;
  const std::string host{shown.data()};
  return (colon == 8 ? host : "[" + host + "]") + ":" + std::to_string(*port);
}

std::string state_of(std::string_view digits) {
  constexpr std::array kNames{"",          "ESTABLISHED", "SYN_SENT",    "SYN_RECV",   "FIN_WAIT1",
                              "FIN_WAIT2", "TIME_WAIT",   "CLOSE",       "CLOSE_WAIT", "LAST_ACK",
                              "LISTEN",    "CLOSING",     "NEW_SYN_RECV"};
  const auto number = whole_number<unsigned>(digits, 16);
  return number && *number > 0 && *number < kNames.size() ? kNames[*number] : "UNKNOWN";
}

}  // namespace

template <class Number>
std::optional<Number> whole_number(std::string_view text, int base) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}
template std::optional<std::int64_t> whole_number(std::string_view, int);
template std::optional<std::uint64_t> whole_number(std::string_view, int);
template std::optional<std::uint32_t> whole_number(std::string_view, int);
template std::optional<std::uint16_t> whole_number(std::string_view, int);
template std::optional<pid_t> whole_number(std::string_view, int);

std::optional<ProcStat> parse_stat(std::string_view text) {
  // the name may have any of ") R 1 (" in it: it ends at the last bracket
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::nullopt;
  auto head = text.substr(0, open);
  const auto pid = whole_number<pid_t>(next_word(head));
  auto rest = text.substr(close + 1);
  const auto state = next_word(rest);
  if (!pid || *pid <= 0 || state.size() != 1) return std::nullopt;
  ProcStat stat{
      .pid = *pid, .name = std::string{text.substr(open + 1, close - open - 1)}, .state = state[0]};
  std::array<std::int64_t, 21> fields{};  // from the parent, the fourth of the line, to the 24th
  for (auto& field : fields) {
    const auto word = next_word(rest);
    // one that is too large for us is unsigned, and none that we want
    const bool number = whole_number<std::int64_t>(word) || whole_number<std::uint64_t>(word);
    if (!number) return std::nullopt;
    field = whole_number<std::int64_t>(word).value_or(0);
  }
  if (fields[0] < 0 || fields[0] > INT32_MAX) return std::nullopt;
  stat.parent = static_cast<pid_t>(fields[0]);
  if (__builtin_add_overflow(fields[10], fields[11], &stat.cpu_ticks)) return std::nullopt;
  stat.rss_pages = fields[20];
  return stat;
}

const char* name_of(FileKind kind) {
  switch (kind) {
    case FileKind::socket:
      return "socket";
    case FileKind::pipe:
      return "pipe";
    case FileKind::regular:
      return "regular";
    case FileKind::anon:
      return "anon";
    case FileKind::device:
      return "device";
  }
  return "";
}

FileKind kind_of_link(std::string_view link) {
  if (link.starts_with("socket:[")) return FileKind::socket;
  if (link.starts_with("pipe:[")) return FileKind::pipe;
  if (link.starts_with("anon_inode:") || link.starts_with("/memfd:")) return FileKind::anon;
  if (link.starts_with("/dev/") && !link.starts_with("/dev/shm/")) return FileKind::device;
  return FileKind::regular;
}

std::optional<std::uint64_t> socket_inode(std::string_view link) {
  constexpr std::string_view kBegin = "socket:[";
  if (!link.starts_with(kBegin) || !link.ends_with(']')) return std::nullopt;
  return whole_number<std::uint64_t>(link.substr(kBegin.size(), link.size() - kBegin.size() - 1));
}

std::optional<TcpLine> parse_tcp_line(std::string_view line) {
  next_word(line);  // its number
  const auto local = address(next_word(line));
  const auto remote = address(next_word(line));
  if (!local || !remote) return std::nullopt;
  TcpLine tcp{.local = *local, .remote = *remote, .state = state_of(next_word(line))};
  const auto queues = next_word(line);
  const auto colon = queues.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto sent = whole_number<std::uint64_t>(queues.substr(0, colon), 16);
  const auto received = whole_number<std::uint64_t>(queues.substr(colon + 1), 16);
  for (int skipped = 0; skipped < 4; ++skipped)
    next_word(line);  // timer, retransmits, uid, timeout
  const auto inode = whole_number<std::uint64_t>(next_word(line));
  if (!sent || !received || !inode) return std::nullopt;
  tcp.send_queue = *sent;
  tcp.receive_queue = *received;
  tcp.inode = *inode;
  return tcp;
}

std::vector<std::string> parse_stack(std::string_view text, std::size_t most) {
  std::vector<std::string> frames;
  while (!text.empty() && frames.size() < most) {
    auto line = next_line(text);
    if (const auto end = line.find("] "); line.starts_with('[') && end != std::string_view::npos)
      line.remove_prefix(end + 2);
    if (!line.empty()) frames.emplace_back(line.substr(0, 120));
  }
  return frames;
}

std::string parse_wait_channel(std::string_view text) {
  const auto word = next_word(text);
  return word == "0" ? "" : std::string{word.substr(0, 120)};
}

std::optional<std::uint64_t> number_after(std::string_view text, std::string_view word) {
  while (!text.empty()) {
    auto line = next_line(text);
    if (next_word(line) == word) return whole_number<std::uint64_t>(next_word(line));
  }
  return std::nullopt;
}

Pressure parse_pressure(std::string_view text) {
  constexpr std::string_view kAverage = "avg10=";
  Pressure pressure;
  while (!text.empty()) {
    auto line = next_line(text);
    const auto kind = next_word(line);
    const auto average = next_word(line);
    if (!average.starts_with(kAverage)) continue;
    const auto digits = average.substr(kAverage.size());
    double value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool holds = read.ec == std::errc{} && read.ptr == digits.data() + digits.size() &&
                       value >= 0 && value <= 100;
    if (!holds) continue;
    if (kind == "some") pressure.some_avg10 = value;
    if (kind == "full") pressure.full_avg10 = value;
  }
  return pressure;
}

}  // namespace jobflip::os
