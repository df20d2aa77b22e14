#include "jobflip/config/conninfo_settings.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <memory>

#include "jobflip/config/conninfo.hpp"

namespace jobflip::config {
namespace {

constexpr std::array<std::string_view, 5> kFirst{"host", "hostaddr", "port", "dbname", "user"};

std::string quoted_value(std::string_view value) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"_-.,:/@%+*"}.find(c) != std::string_view::npos;
  };
  if (std::ranges::all_of(value, plain)) return std::string{value};
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

Result<ConninfoSettings> conninfo_settings(const std::string& conninfo, std::string_view source) {
  if (const auto why = why_not_conninfo(conninfo); !why.empty())
    return Error{ErrorCode::usage, std::string{source} + " can't be used: " + why,
                 why == kHoldsPassword
                     ? "leave it out: the password belongs in a password file of libpq"
                     : "write it as libpq wants it, such as \"host=db1 dbname=jobflip\""};
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options{
      PQconninfoParse(conninfo.c_str(), nullptr), PQconninfoFree};
  ConninfoSettings out;
  for (const auto* one = options.get(); one != nullptr && one->keyword != nullptr; ++one)
    if (one->val != nullptr && *one->val != '\0') out.emplace(one->keyword, one->val);
  return out;
}

std::string conninfo_of(const ConninfoSettings& settings) {
  std::string out;
  const auto add = [&out](std::string_view key, std::string_view value) {
    out += (out.empty() ? "" : " ") + std::string{key} + "=" + quoted_value(value);
  };
  for (const auto key : kFirst)
    if (const auto found = settings.find(std::string{key}); found != settings.end())
      add(key, found->second);
  for (const auto& [key, value] : settings)
    if (std::ranges::find(kFirst, key) == kFirst.end()) add(key, value);
  return out;
}

}  // namespace jobflip::config
