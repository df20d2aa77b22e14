#pragma once
/// Services: what readers and the leading supervisor read, with the same functions.

#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/service_calls.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::store {

Result<std::vector<core::ServiceStatus>> read_services(pg::Connection& connection);
Result<std::vector<core::ServiceSpell>> read_service_spells(pg::Connection& connection,
                                                            const core::ServiceQuery& query);
Result<std::vector<core::Maintenance>> read_maintenance(pg::Connection& connection,
                                                        const core::ServiceQuery& query);

}  // namespace jobflip::store
