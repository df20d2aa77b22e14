#include "notify/webhook.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <mutex>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::notify {
namespace {

constexpr std::size_t kAnswerMax = 65'536;

/// The answer's text is of no use; a server may not send it for ever.
std::size_t count_answer(char* /*text*/, std::size_t size, std::size_t count, void* read) {
  auto& sum = *static_cast<std::size_t*>(read);
  sum += size * count;
  return sum > kAnswerMax ? 0 : size * count;
}

int stop_if_cancelled(void* cancelled, curl_off_t /*down_all*/, curl_off_t /*down*/,
                      curl_off_t /*up_all*/, curl_off_t /*up*/) {
  return static_cast<const std::atomic<bool>*>(cancelled)->load() ? 1 : 0;
}

Error not_posted(const std::string& url, const std::string& why) {
  // behind a ? there may be a secret
  return {ErrorCode::host_failed,
          fmt::format("{} was not told: {}", printable(url.substr(0, url.find('?')), 200),
                      printable(why, 300)),
          "check anchor_url in supervisor.toml"};
}

struct Freed {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

Result<void> post_json(const std::string& url, const std::string& body,
                       const std::atomic<bool>& cancelled, Millis timeout) {
  static std::once_flag once;
  std::call_once(once, [] { JF_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
  const std::unique_ptr<CURL, Freed> handle{curl_easy_init()};
  const std::unique_ptr<curl_slist, Freed> headers{
      curl_slist_append(nullptr, "Content-Type: application/json")};
  JF_CHECK(handle && headers);
  std::array<char, CURL_ERROR_SIZE> why{};
  std::size_t read = 0;
  bool is_set = true;
  const auto set = [&](CURLoption option, auto value) {
    is_set = is_set && curl_easy_setopt(handle.get(), option, value) == CURLE_OK;
  };
  set(CURLOPT_ERRORBUFFER, why.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count() / 2));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_USERAGENT, "jobflip");
  set(CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  set(CURLOPT_POSTFIELDS, body.c_str());
  set(CURLOPT_WRITEFUNCTION, &count_answer);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&read));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &stop_if_cancelled);
  set(CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(&cancelled)));
  if (!is_set) return not_posted(url, "this libcurl lacks an option");
  const auto done = curl_easy_perform(handle.get());
  if (done != CURLE_OK)
    return not_posted(url, why[0] != '\0' ? why.data() : curl_easy_strerror(done));
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status >= 300 && status < 400)
    return not_posted(url, fmt::format("it answered {}, and redirects are not followed", status));
  if (status < 200 || status >= 300) return not_posted(url, fmt::format("it answered {}", status));
  return {};
}

}  // namespace jobflip::notify
