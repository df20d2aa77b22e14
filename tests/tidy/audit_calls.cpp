#include "audit_calls.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace jobflip::tidy {
namespace {

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" \n");
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(" \n") - from + 1);
}

/// The arguments of the call whose parenthesis opens right before `at`.
std::vector<std::string> arguments_at(const std::string& text, std::size_t at) {
  std::vector<std::string> found(1);
  int depth = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\'') quoted = !quoted;
    if (!quoted && (c == '(' || c == '[')) ++depth;
    if (!quoted && (c == ')' || c == ']') && --depth < 0) break;
    if (!quoted && c == ',' && depth == 0)
      found.emplace_back();
    else
      found.back() += c;
  }
  for (std::string& one : found) one = trimmed(one);
  return found;
}

/// What an expression may give: literals, and "" for a value that is none.
std::set<std::string> values_of(const std::string& expression) {
  static const std::regex branch{R"((?:\bthen|\belse)\s+(?:'([^']*)'|([a-z_.0-9]+)))"};
  static const std::regex literal{"'([^']*)'"};
  std::smatch whole;
  if (std::regex_match(expression, whole, literal)) return {whole[1]};
  if (!expression.starts_with("case ")) return {""};
  std::set<std::string> values;
  for (std::sregex_iterator one{expression.begin(), expression.end(), branch}, end; one != end;
       ++one)
    values.insert((*one)[1]);
  return values;
}

/// The expression itself, or what was assigned to the variable that it is.
std::string resolved(const std::string& text, const std::string& expression) {
  const auto at = text.find(expression + " := ");
  if (!expression.starts_with("v_") || at == std::string::npos) return expression;
  const auto from = at + expression.size() + 4;
  return trimmed(text.substr(from, text.find(';', from) - from));
}

void read_payload(AuditCall& call, const std::string& expression) {
  static const std::string build = "jsonb_build_object(";
  call.is_json = expression == "'{}'";
  if (!expression.starts_with(build) || !expression.ends_with(")::text")) return;
  const auto pairs = arguments_at(expression, build.size());
  call.is_json = pairs.size() % 2 == 0;
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    const auto key = values_of(pairs[i]);
    call.is_json = call.is_json && !key.contains("");
    call.payload.insert(key.begin(), key.end());
  }
}

}  // namespace

std::vector<AuditCall> audit_calls(const SourceFile& file) {
  static const std::string name = "perform jobflip.audit_append(";
  std::vector<AuditCall> calls;
  for (auto at = file.text.find(name); at != std::string::npos; at = file.text.find(name, at + 1)) {
    const auto arguments = arguments_at(file.text, at + name.size());
    if (arguments.size() != 8) continue;
    AuditCall call;
    call.path = file.path;
    call.line =
        1 + static_cast<int>(std::count(file.text.begin(),
                                        file.text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    for (const auto& chain : values_of(arguments[0]))
      call.chains.insert(chain.empty() ? "pool" : chain);
    if (arguments[0] == "p_chain")
      call.chains = {"pool", "jobflip", "jobflip.refusals", "jobflip.sessions"};
    call.kinds = values_of(arguments[1]);
    call.node = arguments[2] != "null";
    call.flip = arguments[3] != "null";
    call.epoch = arguments[4] != "null";
    read_payload(call, resolved(file.text, arguments[7]));
    calls.push_back(std::move(call));
  }
  return calls;
}

}  // namespace jobflip::tidy
