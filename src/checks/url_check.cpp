#include "checks/url_check.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>
#include <mutex>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::checks {
namespace {

using core::CheckResult;
using Outcome = core::CheckResult::Outcome;

constexpr std::size_t kReasonMax = 300;

/// What a transfer has read.
struct Answer {
  const std::atomic<bool>& cancelled;
  std::string body{};
  std::size_t headers{0};
  bool is_full{false};
};

std::size_t keep_body(char* text, std::size_t size, std::size_t count, void* out) {
  auto& answer = *static_cast<Answer*>(out);
  const auto bytes = size * count;
  answer.body.append(text, std::min(bytes, kBodyMax - answer.body.size()));
  answer.is_full = answer.body.size() == kBodyMax;
  return answer.is_full ? 0 : bytes;  // 0 ends the transfer
}

std::size_t count_header(char* /*text*/, std::size_t size, std::size_t count, void* out) {
  auto& answer = *static_cast<Answer*>(out);
  answer.headers += size * count;
  return answer.headers > kHeadersMax ? 0 : size * count;
}

int stop_if_cancelled(void* out, curl_off_t /*down_all*/, curl_off_t /*down*/,
                      curl_off_t /*up_all*/, curl_off_t /*up*/) {
  return static_cast<const Answer*>(out)->cancelled.load() ? 1 : 0;
}

struct Freed {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

/// One transfer: the same limits for both kinds of checks.
class Transfer {
 public:
  Transfer(const std::string& url, Millis timeout, const std::atomic<bool>& cancelled)
      : answer_{cancelled}, handle_{curl_easy_init()} {
    JF_CHECK(handle_);
    set(CURLOPT_ERRORBUFFER, why_.data());
    set(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    set(CURLOPT_QUICK_EXIT, 1L);  // a name server that does not answer is not waited for
#endif
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
    set(CURLOPT_USERAGENT, "jobflip");
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &stop_if_cancelled);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(&answer_));
    set(CURLOPT_WRITEFUNCTION, &keep_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&answer_));
    set(CURLOPT_HEADERFUNCTION, &count_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&answer_));
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    JF_CHECK(curl_easy_setopt(handle_.get(), option, value) == CURLE_OK);
  }

  /// Empty: it is done.
  std::optional<CheckResult> perform(const std::string& whole) {
    const auto done = curl_easy_perform(handle_.get());
    if (answer_.cancelled.load())
      return CheckResult{Outcome::impossible, {}, {}, "the check was cancelled"};
    if (done == CURLE_OK || answer_.is_full) return std::nullopt;
    if (done == CURLE_OPERATION_TIMEDOUT)
      return CheckResult{Outcome::failed, {}, {}, "no " + whole + " in time"};
    if (answer_.headers > kHeadersMax)
      return CheckResult{Outcome::failed, {}, {}, "the answer has more than 64 KiB of headers"};
    const std::string why = why_[0] != '\0' ? why_.data() : curl_easy_strerror(done);
    return CheckResult{Outcome::failed, {}, {}, printable(why, kReasonMax)};
  }

  long status() const {
    long code = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
  }
  const std::string& body() const {
    return answer_.body;
  }

 private:
  std::array<char, CURL_ERROR_SIZE> why_{};
  Answer answer_;
  std::unique_ptr<CURL, Freed> handle_;  // first to go, since it uses the rest
};

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { JF_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
}

CheckResult judge_answer(const core::ServiceSettings& service, const Transfer& transfer) {
  const auto expected = service.expect_status.value_or("200-399");
  const auto range = core::parse_status_range(expected);
  const auto status = transfer.status();
  const auto text = "status " + std::to_string(status);
  if (!range || status < range->least || status > range->most)
    return {Outcome::failed, {}, {}, text + ", expected " + printable(expected, 20)};
  if (service.body_contains && transfer.body().find(*service.body_contains) == std::string::npos)
    return {Outcome::failed,
            {},
            {},
            text + ", but the answer does not contain \"" + printable(*service.body_contains, 100) +
                "\""};
  return {Outcome::passed, {}, {}, text};
}

}  // namespace

CheckResult check_http(const core::ServiceSettings& service, const std::atomic<bool>& cancelled) {
  start_curl();
  Transfer transfer{service.url.value_or(""), service.timeout, cancelled};
  transfer.set(CURLOPT_FOLLOWLOCATION, 1L);
  transfer.set(CURLOPT_MAXREDIRS, kRedirectsMax);
  if (auto failed = transfer.perform("complete answer")) return *failed;
  return judge_answer(service, transfer);
}

CheckResult check_tcp(const core::ServiceSettings& service, const std::atomic<bool>& cancelled) {
  start_curl();
  const std::string host = service.host.value_or("");
  const bool is_ipv6 = host.find(':') != std::string::npos;
  Transfer transfer{
      "http://" + (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(service.port) + "/",
      service.timeout, cancelled};
  transfer.set(CURLOPT_CONNECT_ONLY, 1L);
  if (auto failed = transfer.perform("connection")) return *failed;
  return {Outcome::passed, {}, {}, "it accepts connections"};
}

}  // namespace jobflip::checks
