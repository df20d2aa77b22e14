#include "store/freed.hpp"

namespace jobflip::store {

bool free_rows(pg::Connection& connection) {
  constexpr int kCallsMax = 3;  // one announces, one ends, one more for who came meanwhile
  bool ended = false;
  for (int call = 0; call < kCallsMax; ++call) {
    const auto rows = connection.query("free_rows", "select jobflip.free_rows()");
    if (!rows) return false;
    const auto found = rows->row(0).text();
    if (found == "free") return ended;
    ended = true;
    if (found == "ended") return true;
  }
  return ended;
}

}  // namespace jobflip::store
