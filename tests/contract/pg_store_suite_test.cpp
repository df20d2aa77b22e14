// The contract suite on a real PostgreSQL.

#include "contract/pg_fixture.hpp"

namespace jobflip::test {

INSTANTIATE_TEST_SUITE_P(PostgreSql, StoreContract,
                         ::testing::Values(StoreKind{"postgres",
                                                     [] { return std::make_unique<PgStore>(); }}));

}  // namespace jobflip::test
