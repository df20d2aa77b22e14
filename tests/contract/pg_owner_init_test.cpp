// `init` by the owner of the database, who is not a superuser, in a cluster that jobflip was never
// used in.

#include <gmock/gmock.h>

#include "contract/pg_fixture.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::test {
namespace {

using ::testing::HasSubstr;

class PgOwnerInit : public ::testing::Test {
 protected:
  /// A database `app` that belongs to a new login `owner`.
  explicit PgOwnerInit(const std::string& rights = "") {
    pg_.sql("create role owner login " + rights);
    pg_.sql("create database app owner owner");
  }
  std::unique_ptr<ports::SchemaAdmin> admin() const {
    return store::open_schema_admin({{.conninfo = pg_.conninfo("owner", "app")}});
  }
  std::vector<std::string> findings() const {
    const auto facts =
        store::open_doctor_store({{.conninfo = pg_.conninfo("operator", "app")}})->facts();
    EXPECT_TRUE(facts) << (facts ? "" : facts.error().text);
    std::vector<std::string> out;
    if (facts)
      for (const auto& one : setup::judge_store(*facts)) out.push_back(one.name + " " + one.where);
    return out;
  }

  PgCluster pg_;
};

class PgCreatingOwnerInit : public PgOwnerInit {
 protected:
  PgCreatingOwnerInit() : PgOwnerInit("createrole") {}
};

TEST_F(PgCreatingOwnerInit, IsDoneWithCreateroleAndAgainInASecondDatabase) {
  const auto done = admin()->migrate();
  ASSERT_TRUE(done.has_value()) << done.error().text << '\n' << done.error().hint;
  pg_.sql("create role operator login in role jobflip_operator");
  // The creator of the groups may grant them without being a member.
  EXPECT_THAT(findings(), ::testing::Not(::testing::Contains("role-groups owner")));
  const core::FlipRequest flip = persons_flip(job2);
  const auto refused = store::open_operator_store({{.conninfo = pg_.conninfo("operator", "app")}})
                           ->request_flip(flip);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, ErrorCode::not_found) << refused.error().text;

  pg_.sql("create database second owner owner");
  const auto second =
      store::open_schema_admin({{.conninfo = pg_.conninfo("owner", "second")}})->migrate();
  EXPECT_TRUE(second.has_value()) << second.error().text;
}

TEST_F(PgOwnerInit, WithoutCreateroleIsToldWhatIsMissingAndDoneOnceASuperuserMadeTheRoles) {
  const auto refused = admin()->migrate();
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, ErrorCode::store_denied) << refused.error().text;
  EXPECT_THAT(refused.error().hint, HasSubstr("CREATEROLE"));
  EXPECT_EQ(pg_.sql("select count(*) from pg_roles where rolname ~ '^jobflip'"), "0");
  // As docs/operations.md describes it.
  pg_.sql(R"(
    create role jobflip_owner; create role jobflip_agent; create role jobflip_supervisor;
    create role jobflip_operator; create role jobflip_worker; create role jobflip_reader;
    grant jobflip_reader to jobflip_operator;
    grant pg_signal_backend, pg_read_all_stats to jobflip_owner;
    grant jobflip_owner to owner;)");
  const auto done = admin()->migrate();
  ASSERT_TRUE(done.has_value()) << done.error().text << '\n' << done.error().hint;
  pg_.sql("create role operator login in role jobflip_operator");
  for (const auto& one : findings()) {
    EXPECT_THAT(one, ::testing::Not(HasSubstr("owner-right"))) << one;
    EXPECT_THAT(one, ::testing::Not(HasSubstr("role-"))) << one;
  }
}

}  // namespace
}  // namespace jobflip::test
