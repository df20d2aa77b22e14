// Schema administration: all or nothing, each failure with its code and its fix, and no output.

#include <gtest/gtest.h>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {
namespace {

class PgSchemaAdmin : public ::testing::Test {
 protected:
  PgSchemaAdmin() { pg().sql("create database bare template template0"); }
  ~PgSchemaAdmin() override { pg().sql("drop database bare with (force)"); }

  static PgCluster& pg() { return shared_cluster().pg(); }
  static std::unique_ptr<ports::SchemaAdmin> admin_with(const std::string& conninfo) {
    return store::open_schema_admin({conninfo, Millis{60'000}, "admin"});
  }
  static std::unique_ptr<ports::SchemaAdmin> admin_as(const std::string& login) {
    return admin_with(pg().conninfo(login, "bare"));
  }
  static Error error_with(const std::string& conninfo) {
    const auto version = admin_with(conninfo)->installed_version();
    const auto migrated = admin_with(conninfo)->migrate();
    EXPECT_TRUE(version.has_error() && migrated.has_error()) << conninfo;
    if (version || migrated) return {};
    EXPECT_EQ(version.error().code, migrated.error().code) << conninfo;
    return migrated.error();
  }
};

TEST_F(PgSchemaAdmin, AnEmptyDatabaseGetsTheSchemaWithoutANoticeOnTheTerminal) {
  const auto admin = admin_as("postgres");
  EXPECT_EQ(admin->installed_version().value(), 0);
  pg().sql("alter database bare set client_min_messages = debug1");
  ::testing::internal::CaptureStderr();
  const auto done = admin->migrate();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_EQ(done->ran.back(), admin->wanted_version());
  EXPECT_EQ(admin->installed_version().value(), admin->wanted_version());
}

TEST_F(PgSchemaAdmin, AMigrationThatFailsLateLeavesNothingBehind) {
  // The first migration makes the grants last.
  pg().sql(R"(
    create function no_grant() returns event_trigger language plpgsql as $$
      begin raise exception using errcode = '42501', message = 'no grants here',
                                  detail = 'a rule of the house', hint = 'ask the owner'; end $$;
    create event trigger no_grant on ddl_command_start when tag in ('GRANT')
      execute function no_grant();)",
           "bare");
  const auto done = admin_as("postgres")->migrate();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error(),
            (Error{ErrorCode::store_denied, "migrate: no grants here (a rule of the house)",
                   "ask the owner"}));
  EXPECT_EQ(pg().sql("select to_regnamespace('jobflip') is null", "bare"), "t");
  EXPECT_EQ(admin_as("postgres")->installed_version().value(), 0);

  pg().sql("drop event trigger no_grant", "bare");
  EXPECT_TRUE(admin_as("postgres")->migrate().has_value()) << "a second try must work";
}

TEST_F(PgSchemaAdmin, AMigrationThatCannotBeWrittenDownIsNotKept) {
  pg().sql(R"(
    create function no_version() returns event_trigger language plpgsql as $$
      begin
        if to_regclass('jobflip_data.schema_version') is not null then
          alter table jobflip_data.schema_version drop constraint if exists none;
          alter table jobflip_data.schema_version add constraint none check (version < 0);
        end if;
      end $$;
    create event trigger no_version on ddl_command_start when tag in ('GRANT')
      execute function no_version();)",
           "bare");
  const auto done = admin_as("postgres")->migrate();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, ErrorCode::store_failed);
  EXPECT_NE(done.error().text.find("[23514]"), std::string::npos) << done.error().text;
  EXPECT_EQ(pg().sql("select to_regnamespace('jobflip') is null", "bare"), "t");
}

TEST_F(PgSchemaAdmin, ALoginThatMayNotCreateTheSchemaIsToldWhatIsMissing) {
  const auto done = admin_as("nobody1")->migrate();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, ErrorCode::store_denied) << done.error().text;
  // Each version of PostgreSQL words this differently.
  EXPECT_NE(done.error().text.find("jobflip_owner"), std::string::npos) << done.error().text;
  EXPECT_EQ(done.error().hint,
            "a superuser of this cluster can: postgres; so can the owner of the database with "
            "CREATEROLE, or without it once a superuser made the roles (docs/operations.md)\non "
            "the database's host type: runuser -u postgres -- jobflip init --store "
            "\"host=/var/run/postgresql dbname=bare\"");
}

TEST_F(PgSchemaAdmin, AnOperatorSeesTheVersionAndIsToldWhoMayDoWhat) {
  ASSERT_TRUE(admin_as("postgres")->migrate().has_value());
  pg().sql("drop role if exists op1; create role op1 login in role jobflip_operator");
  const auto own = admin_as("op1");
  const auto version = own->installed_version();
  ASSERT_TRUE(version.has_value()) << version.error().text;
  EXPECT_EQ(*version, own->wanted_version());
  const auto closed = own->close_rights();
  ASSERT_TRUE(closed.has_error());
  EXPECT_NE(closed.error().hint.find("jobflip migrate --own-database --store"), std::string::npos)
      << closed.error().text << closed.error().hint;
  const auto stranger = admin_as("nobody1")->installed_version();
  ASSERT_TRUE(stranger.has_error());
  EXPECT_NE(stranger.error().hint.find("jobflip migrate --store"), std::string::npos)
      << stranger.error().text;
  EXPECT_TRUE(admin_as("postgres")->installed_version().has_value());
}

TEST_F(PgSchemaAdmin, ARefusedConnectionHasItsCodeAndAHint) {
  const std::pair<std::string, ErrorCode> cases[] = {
      {pg().conninfo("nosuchrole", "bare"), ErrorCode::store_denied},
      {pg().conninfo("postgres", "nosuchdatabase"), ErrorCode::store_denied},
      {pg().conninfo("postgres", "bare") + " options='-c default_transaction_read_only=on'",
       ErrorCode::store_read_only},
      {"host=/nowhere dbname=x", ErrorCode::store_unreachable},
      {"service=nosuchservice", ErrorCode::config},
      {"host=/nowhere colour=blue", ErrorCode::config},
  };
  for (const auto& [conninfo, code] : cases) {
    const auto error = error_with(conninfo);
    EXPECT_EQ(error.code, code) << conninfo << ": " << error.text;
    EXPECT_NE(error.hint, "") << conninfo;
  }
}

TEST_F(PgSchemaAdmin, AConnectionThatBreaksInTheMiddleIsNotTakenUpOnAnotherOne) {
  pg().sql(R"(
    create function cut_off() returns event_trigger language plpgsql security definer as $$
      begin perform pg_terminate_backend(pg_backend_pid()); end $$;
    create event trigger cut_off on ddl_command_start when tag in ('GRANT')
      execute function cut_off();)",
           "bare");
  const auto done = admin_as("postgres")->migrate();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, ErrorCode::store_unreachable) << done.error().text;
  EXPECT_EQ(pg().sql("select to_regnamespace('jobflip') is null", "bare"), "t");
}

TEST_F(PgSchemaAdmin, AConnectionStringKeepsItsValuesWhateverCharactersTheyHave) {
  const auto name = R"(an "odd' \one)";
  const auto conninfo =
      pg().conninfo("postgres", "bare") + R"( application_name='an "odd\' \\one')";
  pg().sql("create table seen (name text)", "bare");
  pg().sql(R"(
    create function note() returns event_trigger language plpgsql as $$
      begin insert into public.seen values (current_setting('application_name')); end $$;
    create event trigger note on ddl_command_end when tag in ('CREATE SCHEMA')
      execute function note();)",
           "bare");
  const auto done = admin_with(conninfo)->migrate();
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_EQ(pg().sql("select distinct name from seen", "bare"), name);
}

}  // namespace
}  // namespace jobflip::test
