#include <string>

#include "jobflip/core/audit_kinds.hpp"

namespace jobflip::core {
namespace {

std::string carried_text(std::string_view what, Carried how) {
  if (how == Carried::never) return "";
  return std::string{what} + (how == Carried::sometimes ? "?" : "");
}

void append(std::string& list, std::string_view separator, const std::string& one) {
  if (one.empty()) return;
  if (!list.empty()) list += separator;
  list += one;
}

std::string payload_text(std::span<const AuditField> payload) {
  std::string out;
  for (const AuditField& field : payload) {
    std::string one = "`" + std::string{field.name} + "`";
    if (field.may_be_absent) one += "?";
    one += " (" + std::string{name_of(field.type)} + (field.may_be_null ? " or null" : "") +
           "): " + std::string{field.meaning};
    append(out, "; ", one);
  }
  return out.empty() ? "-" : out;
}

}  // namespace

std::string audit_kinds_table() {
  std::string out;
  for (const AuditKindRow& row : audit_kinds()) {
    std::string chains;
    for (const AuditChain chain : row.chains)
      append(chains, " or ",
             chain == AuditChain::pool ? "the pool's" : "`" + std::string{name_of(chain)} + "`");
    std::string carries;
    append(carries, ", ", carried_text("node", row.node));
    append(carries, ", ", carried_text("flip", row.flip));
    append(carries, ", ", carried_text("epoch", row.epoch));
    out += "| `" + std::string{row.name} + "` | " + std::string{row.meaning} + " | " + chains +
           " | " + (carries.empty() ? "-" : carries) + " | " + payload_text(row.payload) + " | " +
           std::string{row.since} + " |\n";
  }
  return out;
}

}  // namespace jobflip::core
