#include <libpq-fe.h>

#include "jobflip/ports/doctor.hpp"
#include "jobflip/store/open.hpp"
#include "store/connection.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

class PgDoctorStore final : public ports::DoctorStore {
 public:
  explicit PgDoctorStore(StoreSettings settings)
      : connection_(std::move(settings), Purpose::read) {}

  Result<std::vector<core::StoreFact>> facts() override {
    const auto rows =
        connection_.query("facts", "select fact, subject, value from jobflip.installation_facts()");
    if (!rows) return rows.error();
    std::vector<core::StoreFact> all;
    for (int i = 0; i < rows->size(); ++i) {
      auto in = rows->row(i);
      core::StoreFact one;
      one.fact = in.text();
      one.subject = in.text();
      one.value = in.text();
      all.push_back(std::move(one));
    }
    return all;
  }

  Result<WallTime> clock() override {
    const auto rows = connection_.query(
        "clock", "select (extract(epoch from clock_timestamp()) * 1000000)::bigint");
    if (!rows) return rows.error();
    auto in = rows->row(0);
    const auto at = in.time();
    if (in.failed()) return unreadable("clock");
    return at;
  }

 private:
  Connection connection_;
};

}  // namespace

std::unique_ptr<ports::DoctorStore> open_doctor_store(StoreSettings settings) {
  return std::make_unique<PgDoctorStore>(std::move(settings));
}

Result<core::StoreRoute> route_of(const std::string& conninfo) {
  auto* parsed = PQconninfoParse(conninfo.c_str(), nullptr);
  if (parsed == nullptr) return Error{ErrorCode::config, "the connection string can't be read", ""};
  core::StoreRoute route;
  for (auto* option = parsed; option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view key{option->keyword};
    if (key == "host" || (key == "hostaddr" && route.host.empty())) route.host = option->val;
    if (key == "sslmode") route.sslmode = option->val;
    if (key == "service") route.service = option->val;
  }
  PQconninfoFree(parsed);
  return route;
}

}  // namespace jobflip::store
