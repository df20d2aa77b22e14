// The contract suite on a real PostgreSQL.

#include "contract/deployment_contract.hpp"
#include "contract/filter_contract.hpp"
#include "contract/incident_contract.hpp"
#include "contract/pg_fixture.hpp"
#include "contract/restart_contract.hpp"
#include "contract/service_contract.hpp"

namespace jobflip::test {
namespace {

const StoreKind kPostgres{"postgres", [] { return std::make_unique<PgStore>(); }};

INSTANTIATE_TEST_SUITE_P(PostgreSql, StoreContract, ::testing::Values(kPostgres));
INSTANTIATE_TEST_SUITE_P(PostgreSql, FilterContract, ::testing::Values(kPostgres));
INSTANTIATE_TEST_SUITE_P(PostgreSql, DeploymentContract, ::testing::Values(kPostgres));
INSTANTIATE_TEST_SUITE_P(PostgreSql, IncidentContract, ::testing::Values(kPostgres));
INSTANTIATE_TEST_SUITE_P(PostgreSql, RestartContract, ::testing::Values(kPostgres));
INSTANTIATE_TEST_SUITE_P(PostgreSql, ServiceContract, ::testing::Values(kPostgres));

}  // namespace
}  // namespace jobflip::test
