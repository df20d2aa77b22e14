#include "options.hpp"

#include <charconv>
#include <string_view>

namespace email_worker {
namespace {

using std::chrono::milliseconds;

// whole milliseconds, from 0 to one day: a longer pause would be a mistake
bool parse_number(const std::string& text, int largest, int& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end && value >= 0 && value <= largest;
}

bool set(Options& options, std::string_view name, const std::string& value, std::string& why) {
  int number = 0;
  if (name == "--smtp") return options.smtp_url = value, true;
  if (name == "--from") return options.sender = value, true;
  if (!parse_number(value, 86'400'000, number)) {
    why = std::string(name) + ": '" + value + "' is not a whole number from 0 to 86400000";
    return false;
  }
  if (name == "--pace") options.pace = milliseconds(number);
  if (name == "--poll") options.poll = milliseconds(number);
  if (name == "--resend-after") options.resend_after = milliseconds(number);
  if (name == "--max-attempts") options.max_attempts = number;
  return true;
}

bool is_known(std::string_view name) {
  return name == "--smtp" || name == "--from" || name == "--pace" || name == "--poll" ||
         name == "--resend-after" || name == "--max-attempts";
}

bool holds(const Options& options, std::string& why) {
  if (options.help || options.print_schema) return true;
  if (options.smtp_url.rfind("smtp://", 0) != 0 && options.smtp_url.rfind("smtps://", 0) != 0)
    why = "--smtp (or SMTP_URL) must be smtp://HOST:PORT or smtps://HOST:PORT, and is '" +
          options.smtp_url + "'";
  else if (options.conninfo.empty())
    why = "EMAIL_DB is not set: it says where the table app.email is, such as 'service=app'";
  else if (options.max_attempts < 1)
    why = "--max-attempts must be at least 1";
  else if (options.poll < milliseconds(1))
    why = "--poll must be at least 1";
  return why.empty();
}

}  // namespace

std::optional<Options> parse_options(const std::vector<std::string>& words, const char* smtp_url,
                                     const char* conninfo, std::string& why) {
  Options options;
  options.smtp_url = smtp_url == nullptr ? "" : smtp_url;
  options.conninfo = conninfo == nullptr ? "" : conninfo;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--help" || words[i] == "-h") {
      options.help = true;
    } else if (words[i] == "--schema") {
      options.print_schema = true;
    } else if (!is_known(words[i])) {
      why = "'" + words[i] + "' is not an option of this program";
      return std::nullopt;
    } else if (i + 1 == words.size()) {
      why = words[i] + " wants a value";
      return std::nullopt;
    } else if (!set(options, words[i], words[i + 1], why)) {
      return std::nullopt;
    } else {
      ++i;
    }
  }
  if (!holds(options, why)) return std::nullopt;
  return options;
}

const char* usage() noexcept {
  return "usage: email-worker [--smtp URL] [--from ADDRESS] [--pace MS] [--poll MS]\n"
         "                    [--resend-after MS] [--max-attempts N]\n"
         "       email-worker --schema      prints the SQL of the table that it works on\n"
         "\n"
         "Sends the e-mails of the table app.email by SMTP, one at a time, under a lease of "
         "jobflip.\n"
         "It is started by an agent (a pool's `command`), which sets JOBFLIP_POOL, JOBFLIP_NODE "
         "and\n"
         "JOBFLIP_EPOCH. Environment: EMAIL_DB (libpq connection string), SMTP_URL (if no "
         "--smtp).\n"
         "Exit status: 0 told to stop; 1 failed; 2 usage; 3 the lease is another's now.\n";
}

}  // namespace email_worker
