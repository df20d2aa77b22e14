// A login that may create objects in the schema `public` of the store's database plants operators
// and functions that fit better than PostgreSQL's own. Nothing that jobflip runs may call them.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "contract/pg_fixture.hpp"
#include "support/build_paths.hpp"

namespace jobflip::test {
namespace {

/// Each one notes who ran it, and then answers as the real one does.
constexpr const char* kPlanted = R"(
  create table public.ran (what text, who text);
  grant all on public.ran to public;
  create function public.note(what text) returns void language sql as
    $$ insert into public.ran values ($1, current_user::text) $$;
  create function public.differs(oid, regrole) returns boolean language plpgsql as
    $$ begin perform public.note('<>'); return not $1 operator(pg_catalog.=) $2::oid; end $$;
  create function public.equals(oid, integer) returns boolean language plpgsql as
    $$ begin perform public.note('= 0'); return $1 operator(pg_catalog.=) $2::oid; end $$;
  create function public.equals(oid, regclass) returns boolean language plpgsql as
    $$ begin perform public.note('= class'); return $1 operator(pg_catalog.=) $2::oid; end $$;
  create function public.equals(oid, regnamespace) returns boolean language plpgsql as
    $$ begin perform public.note('= schema'); return $1 operator(pg_catalog.=) $2::oid; end $$;
  create function public.times(numeric, integer) returns numeric language plpgsql as
    $$ begin perform public.note('*'); return $1 operator(pg_catalog.*) $2::numeric; end $$;
  create function public.convert_to(text, text) returns bytea language plpgsql as
    $$ begin perform public.note('convert_to'); return pg_catalog.convert_to($1, $2::name); end $$;
  create operator public.<> (leftarg = oid, rightarg = regrole, function = public.differs);
  create operator public.= (leftarg = oid, rightarg = integer, function = public.equals);
  create operator public.= (leftarg = oid, rightarg = regclass, function = public.equals);
  create operator public.= (leftarg = oid, rightarg = regnamespace, function = public.equals);
  create operator public.* (leftarg = numeric, rightarg = integer, function = public.times);
)";

class PgPlanted : public ::testing::Test {
 protected:
  PgPlanted() {
    pg().sql("create database planted template template0");
    sql("grant create on schema public to nobody1");
    sql("set session authorization nobody1;" + std::string{kPlanted});
  }
  ~PgPlanted() override { pg().sql("drop database planted with (force)"); }

  static PgCluster& pg() { return shared_cluster().pg(); }
  static std::string sql(const std::string& text) { return pg().sql(text, "planted"); }
  static std::string who_ran() {
    return sql("select distinct what || ' as ' || who from public.ran order by 1");
  }
  static store::StoreSettings as(const std::string& login) {
    return {pg().conninfo(login, "planted"), Millis{60'000}, "1.0.0"};
  }
  static Result<ports::MigrateReport> migrate() {
    return store::open_schema_admin(as("postgres"))->migrate();
  }
};

TEST_F(PgPlanted, OperatorsWorkInASessionWithTheUsualSearchPath) {
  EXPECT_EQ(who_ran(), "");
  sql("select 1::oid <> 'postgres'::regrole, 1::oid = 0, 1::oid = 'pg_class'::regclass, "
      "1::oid = to_regnamespace('public'), extract(epoch from now()) * 1000000, "
      "convert_to('x', 'UTF8')");
  EXPECT_EQ(who_ran(),
            "* as postgres\n<> as postgres\n= 0 as postgres\n= class as postgres\n"
            "= schema as postgres\nconvert_to as postgres");
}

TEST_F(PgPlanted, RunInNothingThatASuperuserDoesToTheSchema) {
  const auto made = migrate();
  ASSERT_TRUE(made.has_value()) << made.error().text;
  EXPECT_EQ(who_ran(), "") << "init";
  // an upgrade, of a set with an object that another role created by hand
  sql("alter function jobflip.installed_set() owner to nobody1;"
      "create or replace function jobflip.installed_set() returns text language sql stable "
      "security definer set search_path = pg_catalog, jobflip, pg_temp as $$ select 'old' $$;"
      "alter function jobflip.installed_set() owner to postgres");
  const auto again = migrate();
  ASSERT_TRUE(again.has_value()) << again.error().text;
  EXPECT_TRUE(again->set_replaced);
  EXPECT_EQ(who_ran(), "") << "migrate";
  const auto admin = store::open_schema_admin(as("postgres"));
  EXPECT_FALSE(admin->open_rights().value().empty());
  EXPECT_TRUE(admin->close_rights().has_error()) << "a table of somebody else's is in it";
  EXPECT_TRUE(admin->accept_copy().has_value());
  EXPECT_EQ(who_ran(), "") << "open rights";
}

TEST_F(PgPlanted, RunInNothingThatDoctorAsks) {
  ASSERT_TRUE(migrate().has_value());
  sql("truncate public.ran");
  const auto doctor = store::open_doctor_store(as("postgres"));
  EXPECT_TRUE(doctor->facts().has_value());
  EXPECT_TRUE(doctor->clock().has_value());
  EXPECT_EQ(who_ran(), "");
}

// as `jobflip migrate --dry-run --sql` prints it, in a session whose options a pooler has dropped
TEST_F(PgPlanted, RunInNothingOfTheSetThatSomebodyRunsByHand) {
  ASSERT_TRUE(migrate().has_value());
  sql("truncate public.ran");
  sql("begin;" + store::open_schema_admin(as("postgres"))->set_sql() + "; commit");
  EXPECT_EQ(who_ran(), "");
}

TEST_F(PgPlanted, RunInNothingThatTheDocsTellAReviewerToRun) {
  ASSERT_TRUE(migrate().has_value());
  sql("truncate public.ran");
  std::ifstream page{source_path("docs/audit.md")};
  std::ostringstream text;
  text << page.rdbuf();
  const auto begin = text.str().find("```sql\n") + 7;
  const auto by_hand = text.str().substr(begin, text.str().find("```", begin) - begin);
  ASSERT_NE(by_hand.find("convert_to(chain, 'UTF8')"), std::string::npos) << by_hand;
  sql("select jobflip.audit_append('mail', 'paused', null, null, null, 'ada', 'a test', '{}')");
  EXPECT_EQ(sql(by_hand), "") << "each event carries the right hash";
  EXPECT_EQ(who_ran(), "");
  sql("alter table jobflip_data.audit_event disable trigger all;"
      "update jobflip_data.audit_event set actor = 'eve'");
  EXPECT_EQ(sql(by_hand), "mail|1") << "it finds what was changed";
}

// whoever owns the database may have made a schema `jobflip` before `init`
TEST_F(PgPlanted, NoFunctionOfAnotherRoleIsCalledInPlaceOfTheSchemas) {
  ASSERT_TRUE(migrate().has_value());
  sql("drop schema jobflip, jobflip_data cascade; create schema jobflip authorization nobody1;"
      "set session authorization nobody1;"
      "create function jobflip.installed_version() returns integer language plpgsql as "
      "$$ begin perform public.note('version'); return 1; end $$;"
      "create function jobflip.installed_set() returns text language plpgsql as "
      "$$ begin perform public.note('set'); return 'x'; end $$");
  sql("truncate public.ran");
  const auto admin = store::open_schema_admin(as("postgres"));
  const auto version = admin->installed_version();
  ASSERT_TRUE(version.has_error());
  EXPECT_NE(version.error().text.find("nobody1"), std::string::npos) << version.error().text;
  EXPECT_TRUE(migrate().has_error());
  EXPECT_TRUE(admin->set_state().has_error());
  EXPECT_EQ(who_ran(), "");
}

}  // namespace
}  // namespace jobflip::test
