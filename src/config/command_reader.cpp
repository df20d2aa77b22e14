#include "config/command_reader.hpp"

namespace jobflip::config {
namespace {

constexpr std::size_t kArgumentsMax = 256;

}  // namespace

std::vector<std::string> read_command(Reader& reader, const char* key, Need need) {
  std::vector<std::string> out;
  const auto* list = reader.array(key, need);
  if (list == nullptr) return out;
  for (const auto& part : *list) {
    const auto* text = part.as_string();
    if (text == nullptr || text->get().find('\0') != std::string::npos) {
      reader.fault(key, "has " + describe(part) + " in it, and must be texts in quotes");
      return {};
    }
    out.push_back(text->get());
  }
  if (out.empty() || out.size() > kArgumentsMax) {
    reader.fault(key, "has " + std::to_string(out.size()) + " parts, and must have 1 to 256",
                 "write the program and its arguments, each in quotes");
  } else if (!out.front().starts_with('/')) {
    reader.fault(key, in_quotes(out.front()) + " does not begin with \"/\"",
                 "write the program's whole path: nothing is looked up in $PATH");
  }
  return out;
}

}  // namespace jobflip::config
