/// Connection strings, compared with libpq's own parser, PQconninfoParse. A string that we accept
/// has no password by libpq's rules, and a string that libpq can't parse is never one that we
/// accept and that contains one.

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz/must.hpp"
#include "jobflip/config/conninfo.hpp"

namespace {

bool holds_password(const std::string& conninfo) {
  char* why = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options{
      PQconninfoParse(conninfo.c_str(), &why), PQconninfoFree};
  PQfreemem(why);
  if (!options) return false;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    const std::string_view key{option->keyword};
    if ((key == "password" || key == "sslpassword") && option->val != nullptr) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto why = jobflip::config::why_not_conninfo(text);
  if (text.find('\0') != std::string::npos || text.empty()) {
    MUST(!why.empty());
    return 0;
  }
  if (why.empty()) MUST(!holds_password(text));
  return 0;
}
