#include "app/journal.hpp"

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <cstdlib>

#include "jobflip/base/escape.hpp"

namespace jobflip::app {
namespace {

/// The journal's own limit is higher; a longer sentence is of no use.
constexpr std::size_t kMostText = 4096;

class SystemdJournal final : public ports::EventSink {
 public:
  explicit SystemdJournal(std::string role) : role_(std::move(role)) {}

  bool write(const NodeName& node, const core::LogEvent& log_event, int repeats) noexcept override {
    auto fields = fields_of(role_, node, log_event, repeats);
    std::vector<iovec> parts;
    parts.reserve(fields.size());
    for (std::string& field : fields) parts.push_back({field.data(), field.size()});
    return sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) == 0;
  }

 private:
  std::string role_;
};

bool does_journal_read_stderr() {
  const char* const named = std::getenv("JOURNAL_STREAM");
  struct stat stream {};
  if (named == nullptr || ::fstat(STDERR_FILENO, &stream) != 0) return false;
  return std::to_string(stream.st_dev) + ":" + std::to_string(stream.st_ino) == named;
}

}  // namespace

std::vector<std::string> fields_of(const std::string& role, const NodeName& node,
                                   const core::LogEvent& log_event, int repeats) {
  const core::LogEventRow& row = core::row_of(log_event.kind);
  std::vector<std::string> fields;
  const auto field = [&fields](std::string name, std::string_view value) {
    if (!value.empty()) fields.push_back(std::move(name) + "=" + printable(value, kMostText));
  };
  field("MESSAGE", log_event.sentence);
  field("MESSAGE_ID", row.message_id);
  field("PRIORITY", std::to_string(row.priority));
  field("SYSLOG_IDENTIFIER", "jobflip-" + role);
  field("JOBFLIP_KIND", row.name);
  field("JOBFLIP_NODE", node.str());
  field("JOBFLIP_POOL", log_event.pool.str());
  if (log_event.flip) field("JOBFLIP_FLIP", std::to_string(log_event.flip->value));
  if (log_event.epoch.value > 0) field("JOBFLIP_EPOCH", std::to_string(log_event.epoch.value));
  field("JOBFLIP_VERDICT", log_event.verdict);
  if (!log_event.chain.empty()) {
    field("JOBFLIP_CHAIN", log_event.chain);
    field("JOBFLIP_SEQ", std::to_string(log_event.seq));
    field("JOBFLIP_HASH", log_event.hash);
  }
  if (repeats > 0) field("JOBFLIP_REPEATS", std::to_string(repeats));
  return fields;
}

std::unique_ptr<ports::EventSink> open_journal(const std::string& role) {
  if (!does_journal_read_stderr()) return nullptr;
  return std::make_unique<SystemdJournal>(role);
}

}  // namespace jobflip::app
