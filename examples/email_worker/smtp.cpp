#include "smtp.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <memory>

namespace email_worker {
namespace {

struct Upload {
  const std::string* text;
  std::size_t sent{0};
};

std::size_t read_some(char* buffer, std::size_t size, std::size_t count, void* context) {
  auto& upload = *static_cast<Upload*>(context);
  const std::size_t take = std::min(size * count, upload.text->size() - upload.sent);
  std::memcpy(buffer, upload.text->data() + upload.sent, take);
  upload.sent += take;
  return take;
}

std::string rfc5322_date(std::time_t at) {
  std::tm parts{};
  gmtime_r(&at, &parts);
  char text[64];
  const std::size_t length =
      std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts);
  return {text, length};
}

// SMTP needs CRLF; a body from a database has any line ends
std::string with_crlf(const std::string& text) {
  std::string lines;
  lines.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') lines += '\r';
    lines += c;
  }
  return lines;
}

}  // namespace

std::string compose(const Email& email, const std::string& sender,
                    const jobflip::worker::Lease& lease) {
  const std::string id = std::to_string(email.id);
  const auto at = sender.find('@');
  const std::string domain = at == std::string::npos ? "localhost" : sender.substr(at + 1);
  std::string message = "Date: " + rfc5322_date(std::time(nullptr)) + "\r\n";
  message += "From: <" + sender + ">\r\nTo: <" + email.recipient + ">\r\n";
  message += "Message-ID: <email-" + id + "@" + domain + ">\r\n";
  message += "X-Email-Id: " + id + "\r\n";
  message += "X-Email-Attempt: " + std::to_string(email.attempt) + "\r\n";
  message += "X-Email-Node: " + lease.node + "\r\n";
  message += "X-Email-Epoch: " + std::to_string(lease.epoch) + "\r\n";
  message += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
  message += "Content-Transfer-Encoding: 8bit\r\n";
  message += "Subject: " + email.subject + "\r\n\r\n";
  return message + with_crlf(email.body) + "\r\n";
}

Delivery deliver(const Route& route, const Email& email, const std::string& message,
                 std::string& why) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 &curl_easy_cleanup);
  if (!curl) return why = "libcurl has no memory left", Delivery::refused;
  curl_slist* first = curl_slist_append(nullptr, ("<" + email.recipient + ">").c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(
      first, &curl_slist_free_all);
  Upload upload{&message};
  char reason[CURL_ERROR_SIZE] = "";
  const std::string from = "<" + route.sender + ">";
  curl_easy_setopt(curl.get(), CURLOPT_URL, route.smtp_url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, &read_some);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT_MS, 5000L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, 15'000L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_OK) return Delivery::accepted;
  why = reason[0] != '\0' ? reason : curl_easy_strerror(code);
  long answer = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer);
  const bool said_no = answer >= 400 && answer <= 599;
  return said_no || upload.sent == 0 ? Delivery::refused : Delivery::unknown;
}

}  // namespace email_worker
