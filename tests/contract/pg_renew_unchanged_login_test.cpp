// A short beat belongs to one login.

#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "contract/pg_renew_unchanged.hpp"

namespace jobflip::test {
namespace {

/// The same statement, correct in every field, moves only the beat of the node whose login sends
/// it.
TEST_F(PgRenewUnchanged, ALoginMovesNoBeatOfAnotherNode) {
  const core::BeatRequest first{job2, random_uuid(), {}, {mail, paper}, "", {}, {}};
  ASSERT_TRUE(store_.agent(job2).beat(first).has_value());
  const auto number =
      store_.sql("select full_beat_number from jobflip_data.node_beat where node = 'job2'");
  ASSERT_NE(number, "0");
  const auto rows_moved_by = [&](const std::string& login) {
    pqxx::connection connection{store_.conninfo(login)};
    pqxx::nontransaction session{connection};
    return session
        .exec(
            "update jobflip.renew_unchanged set beat = beat + 1, beat_at = clock_timestamp() "
            "where node = 'job2' and full_beat_number = " +
            number)
        .affected_rows();
  };
  const auto beat_of_job2 = [this] {
    return store_.sql("select beat from jobflip_data.node_beat where node = 'job2'");
  };
  const auto before = beat_of_job2();
  EXPECT_EQ(rows_moved_by("job1"), 0u);
  EXPECT_EQ(beat_of_job2(), before);
  EXPECT_EQ(rows_moved_by("job2"), 1u);
  EXPECT_NE(beat_of_job2(), before);
}

}  // namespace
}  // namespace jobflip::test
