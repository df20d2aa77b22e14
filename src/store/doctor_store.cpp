#include <libpq-fe.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "jobflip/base/escape.hpp"
#include "jobflip/ports/doctor.hpp"
#include "jobflip/store/open.hpp"
#include "store/schema_set.hpp"
#include "store/session.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

class PgDoctorStore final : public ports::DoctorStore {
 public:
  explicit PgDoctorStore(const StoreSettings& settings)
      : program_(settings.program), connection_(settings, session_rules(settings, Purpose::read)) {}

  Result<std::vector<setup::StoreFact>> facts() override {
    const auto rows =
        connection_.query("facts", "select fact, subject, value from jobflip.installation_facts()");
    if (!rows) return rows.error();
    std::vector<setup::StoreFact> all;
    for (int i = 0; i < rows->size(); ++i) {
      auto in = rows->row(i);
      setup::StoreFact one;
      one.fact = in.text();
      one.subject = in.text();
      one.value = in.text();
      all.push_back(std::move(one));
    }
    auto set = set_fact();
    if (!set) return set.error();
    all.push_back(std::move(*set));
    return all;
  }

  Result<WallTime> clock() override {
    const auto rows = connection_.query(
        "clock",
        "select (extract(epoch from pg_catalog.clock_timestamp()) operator(pg_catalog.*) "
        "1000000::numeric)::bigint");
    if (!rows) return rows.error();
    auto in = rows->row(0);
    const auto at = in.time();
    if (in.failed()) return unreadable("clock");
    return at;
  }

 private:
  /// Which functions, views and triggers the store has, compared with this program's.
  Result<setup::StoreFact> set_fact() {
    std::string installed;
    const auto there = connection_.query(
        "facts", "select pg_catalog.to_regproc('jobflip.installed_set') is not null");
    if (!there) return there.error();
    if (there->row(0).flag()) {  // 0.1.0 made stores without it
      const auto rows = connection_.query("facts", "select jobflip.installed_set()");
      if (!rows) return rows.error();
      installed = rows->row(0).text();
    }
    const auto state = compare_set(installed, program_);
    return setup::StoreFact{"schema_set", program_of_set(installed),
                            state == ports::SetState::same    ? "same"
                            : state == ports::SetState::newer ? "newer"
                                                              : "other"};
  }

  std::string program_;
  pg::Connection connection_;
};

}  // namespace

std::unique_ptr<ports::DoctorStore> open_doctor_store(const StoreSettings& settings) {
  return std::make_unique<PgDoctorStore>(settings);
}

namespace {

using Options = std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)>;

std::string value_in(const Options& options, std::string_view keyword) {
  for (const auto* one = options.get(); one != nullptr && one->keyword != nullptr; ++one)
    if (keyword == one->keyword && one->val != nullptr) return one->val;
  return "";
}

/// What libpq makes of the string with its service file read, and no connection begun: one value
/// that libpq refuses ends it before that.
Result<Options> with_service(const std::string& conninfo, const std::string& service) {
  const std::array<const char*, 3> keys{"dbname", "channel_binding", nullptr};
  const std::array<const char*, 3> values{conninfo.c_str(), "none of them", nullptr};
  const std::unique_ptr<PGconn, void (*)(PGconn*)> begun{
      PQconnectStartParams(keys.data(), values.data(), 1), PQfinish};
  if (!begun) return Error{ErrorCode::store_unreachable, "no memory", ""};
  const std::string_view said{PQerrorMessage(begun.get())};
  if (said.find("service") != std::string_view::npos)
    return Error{
        ErrorCode::config,
        "service=" + printable(service, 60) + ": its definition was not found by this user",
        "type it as the user whose ~/.pg_service.conf it is in, or set PGSERVICEFILE"};
  return Options{PQconninfo(begun.get()), PQconninfoFree};
}

}  // namespace

Result<setup::StoreRoute> route_of(const std::string& conninfo) {
  const Options written{PQconninfoParse(conninfo.c_str(), nullptr), PQconninfoFree};
  if (!written) return Error{ErrorCode::config, "the connection string can't be read", ""};
  setup::StoreRoute route{.host = value_in(written, "host"),
                          .sslmode = value_in(written, "sslmode"),
                          .service = value_in(written, "service"),
                          .hostaddr = value_in(written, "hostaddr")};
  if (route.service.empty()) return route;
  const auto whole = with_service(conninfo, route.service);
  if (!whole) return whole.error();
  route.host = value_in(*whole, "host");
  route.hostaddr = value_in(*whole, "hostaddr");
  // the daemon does not have this environment: what only it sets is left out
  const char* own = std::getenv("PGSSLMODE");
  const auto sslmode = value_in(*whole, "sslmode");
  if (route.sslmode.empty() && (own == nullptr || sslmode != own)) route.sslmode = sslmode;
  return route;
}

}  // namespace jobflip::store
