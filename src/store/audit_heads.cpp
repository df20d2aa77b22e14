#include "store/audit_heads.hpp"

#include "jobflip/pg/cells.hpp"
#include "store/wire.hpp"

namespace jobflip::store {

std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return bytes;
}

Result<std::vector<core::ChainHead>> read_audit_heads(pg::Connection& connection) {
  const auto rows = connection.query("audit", "select * from jobflip.audit_heads()");
  if (!rows) return rows.error();
  std::vector<core::ChainHead> heads;
  for (int i = 0; i < rows->size(); ++i) {
    auto in = rows->row(i);
    core::ChainHead head;
    head.chain = in.text();
    head.seq = in.number();
    head.hash = bytes_of_hex(in.text());
    if (in.failed()) return unreadable("audit");
    heads.push_back(std::move(head));
  }
  return heads;
}

}  // namespace jobflip::store
