#include "config/conninfo_values.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "jobflip/base/escape.hpp"
#include "jobflip/config/conninfo.hpp"

namespace jobflip::config {
namespace {

/// Values that libpq checks when it connects, and not in PQconninfoParse.
struct Choice {
  std::string_view key;
  std::string_view values;
};
constexpr std::array kChoices{
    Choice{"sslmode", "disable, allow, prefer, require, verify-ca, verify-full"},
    Choice{"gssencmode", "disable, prefer, require"},
    Choice{"channel_binding", "disable, prefer, require"},
    Choice{"target_session_attrs", "any, read-write, read-only, primary, standby, prefer-standby"},
    Choice{"ssl_min_protocol_version", "TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"},
    Choice{"ssl_max_protocol_version", "TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"},
};
constexpr std::array<std::string_view, 6> kNumbers{"connect_timeout",  "keepalives",
                                                   "keepalives_idle",  "keepalives_interval",
                                                   "keepalives_count", "tcp_user_timeout"};

bool is_one_of(std::string_view value, std::string_view list) {
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(", ", at), list.size());
    if (list.substr(at, end - at) == value) return true;
    at = end + 2;
  }
  return false;
}

std::vector<std::string_view> parts_of(std::string_view list) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(',', at), list.size());
    out.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool is_number(std::string_view text, long least, long most) {
  long number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && number >= least &&
         number <= most;
}

std::string shown(std::string_view key, std::string_view value) {
  return std::string{key} + " is \"" + printable(value, 40) + "\"";
}

std::string why_not_value(std::string_view key, std::string_view value) {
  const auto* choice = std::ranges::find(kChoices, key, &Choice::key);
  if (choice != kChoices.end() && !is_one_of(value, choice->values))
    return shown(key, value) + ", and can be " + std::string{choice->values};
  if (std::ranges::find(kNumbers, key) != kNumbers.end() &&
      !is_number(value, -2'147'483'647, 2'147'483'647))
    return shown(key, value) + ", and must be a whole number";
  if (key == "port" && !value.empty())
    for (const auto part : parts_of(value))
      if (!part.empty() && !is_number(part, 1, 65'535))
        return shown(key, part) + ", and must be from 1 to 65535";
  return "";
}

/// Entries in the lists of hosts, addresses and ports belong together one by one.
std::string why_not_lists(std::string_view hosts, std::string_view addresses,
                          std::string_view ports) {
  const auto count = [](std::string_view list) {
    return list.empty() ? std::size_t{0} : parts_of(list).size();
  };
  const auto host = count(hosts);
  const auto address = count(addresses);
  const auto port = count(ports);
  const auto targets = std::max<std::size_t>({host, address, 1});
  if (host > 0 && address > 0 && host != address)
    return "it has " + std::to_string(host) + " hosts for " + std::to_string(address) +
           " addresses (hostaddr)";
  if (port > 1 && port != targets)
    return "it has " + std::to_string(port) + " ports for " + std::to_string(targets) + " hosts";
  return "";
}

/// Keeps only those messages of libpq that quote a name: others quote the string.
std::string safe_words(const char* said) {
  std::string_view text{said == nullptr ? "" : said};
  text = text.substr(0, text.find('\n'));
  for (const std::string_view known : {"invalid connection option", "invalid URI query parameter"})
    if (text.starts_with(known)) return printable(text, 120);
  return "libpq can't read it";
}

/// libpq checks some values only when it connects, and each version checks different ones. So this
/// connects to a socket that does not exist, which asks no server. Errors about values of the
/// environment are left out: another process, with another environment, will use the string.
std::string why_not_at_connect(const PQconninfoOption* options) {
  std::vector<const char*> keys{"host"};
  std::vector<const char*> values{"/nonexistent/jobflip"};
  for (const auto* one = options; one->keyword != nullptr; ++one) {
    const std::string_view key{one->keyword};
    const bool is_place = key == "host" || key == "hostaddr" || key == "port" || key == "service";
    if (one->val == nullptr || is_place) continue;
    keys.push_back(one->keyword);
    values.push_back(one->val);
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  const std::unique_ptr<PGconn, void (*)(PGconn*)> tried{
      PQconnectStartParams(keys.data(), values.data(), 0), PQfinish};
  const std::string_view said = tried ? PQerrorMessage(tried.get()) : "";
  if (said.starts_with("invalid SSL protocol version range"))
    return "ssl_min_protocol_version is above ssl_max_protocol_version";
  for (std::size_t i = 1; i + 1 < keys.size(); ++i)
    if (said.find("\"" + std::string{values[i]} + "\"") != std::string_view::npos)
      return shown(keys[i], values[i]) +
             ", which libpq refuses: " + printable(said.substr(0, said.find('\n')), 200);
  return "";
}

}  // namespace

std::string why_not_by_libpq(const std::string& conninfo) {
  char* said = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options{
      PQconninfoParse(conninfo.c_str(), &said), PQconninfoFree};
  const std::unique_ptr<char, void (*)(void*)> words{said, PQfreemem};
  if (!options) return safe_words(words.get());
  std::string_view hosts;
  std::string_view addresses;
  std::string_view ports;
  std::string first;
  for (const auto* one = options.get(); one->keyword != nullptr; ++one) {
    if (one->val == nullptr) continue;
    const std::string_view key{one->keyword};
    const std::string_view value{one->val};
    if (key == "password" || key == "sslpassword") return std::string{kHoldsPassword};
    if (key == "host") hosts = value;
    if (key == "hostaddr") addresses = value;
    if (key == "port") ports = value;
    if (first.empty()) first = why_not_value(key, value);
  }
  if (first.empty()) first = why_not_lists(hosts, addresses, ports);
  return first.empty() ? why_not_at_connect(options.get()) : first;
}

}  // namespace jobflip::config
