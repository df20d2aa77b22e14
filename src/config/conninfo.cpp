#include "jobflip/config/conninfo.hpp"

#include <algorithm>

#include "config/conninfo_values.hpp"

namespace jobflip::config {
namespace {

/// libpq knows keys in lower case only. But PASSWORD= must get the error about passwords.
bool is_password_key(std::string_view key) {
  std::string lower{key};
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower == "password" || lower == "sslpassword";
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');  // as libpq's isspace()
}

/// postgresql://user:secret@host/db?password=secret
std::string_view why_not_uri(std::string_view uri) {
  auto rest = uri.substr(uri.find("://") + 3);
  // for libpq a user ends at the first @ before any /
  const auto authority = rest.substr(0, rest.find('/'));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    if (authority.substr(0, at).find(':') != std::string_view::npos) return kHoldsPassword;
    rest.remove_prefix(authority.find('@') + 1);
  }
  // each ? is taken as the start of the parameters: which one it is depends on how hosts are read
  std::size_t from = std::min(rest.find('?'), rest.size());
  if (from < rest.size()) ++from;
  while (from < rest.size()) {
    const auto end = std::min(rest.find_first_of("&?", from), rest.size());
    const auto part = rest.substr(from, end - from);
    const auto key = part.substr(0, part.find('='));
    // libpq decodes %xx in a key too; no key that it knows needs that
    if (key.find('%') != std::string_view::npos) return "a parameter's name in it has a %";
    if (is_password_key(key)) return kHoldsPassword;
    from = end + 1;
  }
  return "";
}

/// Returns fixed texts only, so that no part of a password is ever quoted.
std::string_view why_not_by_words(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return "it has a zero byte";
  if (text.size() > 4096) return "it is longer than 4,096 bytes";
  if (text.starts_with("postgresql://") || text.starts_with("postgres://"))
    return why_not_uri(text);
  std::size_t at = 0;
  bool empty = true;
  const auto skip_space = [&] {
    while (at < text.size() && is_space(text[at])) ++at;
  };
  for (skip_space(); at < text.size(); skip_space()) {
    const std::size_t key_begin = at;
    while (at < text.size() && text[at] != '=' && !is_space(text[at])) ++at;
    const auto key = text.substr(key_begin, at - key_begin);
    skip_space();
    if (at == text.size() || text[at] != '=' || key.empty()) return "it has a word without \"=\"";
    if (is_password_key(key)) return kHoldsPassword;
    ++at;
    skip_space();
    if (at < text.size() && text[at] == '\'') {
      for (++at; at < text.size() && text[at] != '\''; ++at) {
        if (text[at] == '\\') ++at;
      }
      if (at >= text.size()) return "a quote in it is not closed";
      ++at;
    } else {
      for (; at < text.size() && !is_space(text[at]); ++at) {
        if (text[at] == '\\') ++at;
      }
    }
    empty = false;
  }
  return empty ? "it is empty" : "";
}

}  // namespace

std::string why_not_conninfo(std::string_view text) {
  const auto why = why_not_by_words(text);
  return why.empty() ? why_not_by_libpq(std::string{text}) : std::string{why};
}

}  // namespace jobflip::config
