#pragma once
/// The options of the e-mail worker, from its command line and the environment.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace email_worker {

struct Options {
  std::string smtp_url;                    // --smtp, else $SMTP_URL
  std::string conninfo;                    // $EMAIL_DB, for libpq; never a password in argv
  std::string sender{"jobs@example.org"};  // --from
  std::chrono::milliseconds pace{0};       // --pace: time between claim and sending
  std::chrono::milliseconds poll{200};     // --poll: how often to check if no mail is due
  std::chrono::milliseconds resend_after{300'000};  // --resend-after: see outbox.hpp
  int max_attempts{10};                             // --max-attempts
  bool print_schema{false};                         // --schema
  bool help{false};
};

/// The options, or nothing and `why`.
std::optional<Options> parse_options(const std::vector<std::string>& words, const char* smtp_url,
                                     const char* conninfo, std::string& why);

const char* usage() noexcept;

}  // namespace email_worker
