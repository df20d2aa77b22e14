#include "blackbox/log_tail.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-messages.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/capture/json_text.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::blackbox {
namespace {

struct CloseJournal {
  void operator()(sd_journal* journal) const noexcept { ::sd_journal_close(journal); }
};
using Journal = std::unique_ptr<sd_journal, CloseJournal>;

std::string field(sd_journal* journal, const std::string& name) {
  const void* data = nullptr;
  std::size_t size = 0;
  if (::sd_journal_get_data(journal, name.c_str(), &data, &size) < 0) return "";
  const std::string_view text{static_cast<const char*>(data), size};
  return std::string{text.substr(std::min(size, name.size() + 1))};
}

/// The matches of journalctl -u: lines of the unit, lines of systemd about it, lines of root's
/// processes about it, and its core dumps.
int match_unit(sd_journal* journal, const std::string& unit) {
  std::array<char, SD_ID128_STRING_MAX> dump{};
  ::sd_id128_to_string(SD_MESSAGE_COREDUMP, dump.data());
  const std::vector<std::vector<std::string>> any_of{
      {"_SYSTEMD_UNIT=" + unit},
      {"_PID=1", "UNIT=" + unit},
      {"_UID=0", "OBJECT_SYSTEMD_UNIT=" + unit},
      {std::string{"MESSAGE_ID="} + dump.data(), "_UID=0", "COREDUMP_UNIT=" + unit}};
  int result = 0;
  for (const auto& all_of : any_of) {
    for (const auto& one : all_of)
      if (result >= 0) result = ::sd_journal_add_match(journal, one.data(), one.size());
    if (result >= 0) result = ::sd_journal_add_disjunction(journal);
  }
  return result;
}

std::string line_of(sd_journal* journal) {
  std::uint64_t at = 0;
  ::sd_journal_get_realtime_usec(journal, &at);
  auto who = field(journal, "SYSLOG_IDENTIFIER");
  if (who.empty()) who = field(journal, "_COMM");
  const auto pid = field(journal, "_PID");
  auto line = rfc3339(WallTime{Micros{at}}) + " " + who + (pid.empty() ? "" : "[" + pid + "]") +
              ": " + field(journal, "MESSAGE");
  return capture::clean(line, kMostOfALine);
}

}  // namespace

Result<std::vector<std::string>> journal_tail(const std::string& unit, Instant give_up) {
  sd_journal* raw = nullptr;
  int result = ::sd_journal_open(&raw, SD_JOURNAL_LOCAL_ONLY);
  const Journal journal{raw};
  if (result >= 0) result = ::sd_journal_set_data_threshold(raw, kMostOfALine + 100);
  if (result >= 0) result = match_unit(raw, unit);
  if (result >= 0) result = ::sd_journal_seek_tail(raw);
  std::vector<std::string> lines;
  while (result >= 0 && lines.size() < kMostLines && BootClock::now() < give_up) {
    result = ::sd_journal_previous(raw);
    if (result <= 0) break;
    lines.push_back(line_of(raw));
  }
  if (result < 0 && lines.empty()) return os::errno_error("cannot read the journal", -result);
  if (lines.empty())
    return Error{ErrorCode::host_failed,
                 "the journal has no line of " + unit + " that this user may read", ""};
  std::ranges::reverse(lines);
  return lines;
}

Result<std::vector<std::string>> file_tail(const std::string& path) {
  // only a regular file: reading a FIFO could block, or take data away from its reader
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  struct stat facts {};
  if (!file.open() || ::fstat(file.fd(), &facts) != 0)
    return os::errno_error("cannot open " + path, errno);
  if (!S_ISREG(facts.st_mode))
    return Error{ErrorCode::host_failed, printable(path) + " is not a file", ""};
  constexpr off_t kMost = static_cast<off_t>(kMostLines * (kMostOfALine + 1));
  std::string text(static_cast<std::size_t>(std::min(kMost, facts.st_size)), '\0');
  const auto from = facts.st_size - static_cast<off_t>(text.size());
  const auto got = ::pread(file.fd(), text.data(), text.size(), from);
  if (got < 0) return os::errno_error("cannot read " + path, errno);
  text.resize(static_cast<std::size_t>(got));
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(capture::clean(std::string_view{text}.substr(at, end - at), kMostOfALine));
    at = end + 1;
  }
  if (lines.size() > kMostLines)
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kMostLines));
  return lines;
}

}  // namespace jobflip::blackbox
