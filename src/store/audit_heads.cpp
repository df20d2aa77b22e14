#include "store/audit_heads.hpp"

#include "jobflip/base/hex.hpp"
#include "jobflip/pg/cells.hpp"
#include "store/wire.hpp"

namespace jobflip::store {

std::string read_hash(std::string_view hex) {
  return bytes_of_hex(hex).value_or("");
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
    head.hash = read_hash(in.text());
    if (in.failed()) return unreadable("audit");
    heads.push_back(std::move(head));
  }
  return heads;
}

}  // namespace jobflip::store
