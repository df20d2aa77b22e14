// Every argument of every function that a role may call, read from the catalog. Huge, null,
// negative and infinite values must be refused by name or answered. They must not change anything
// or fail in an unintended way.

#include <gtest/gtest.h>

#include <map>
#include <pqxx/pqxx>
#include <set>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {
namespace {

/// For each argument name a value that is accepted, or refused by a rule.
const std::map<std::string, std::string> kPlausible{
    {"p_actor", "''"},
    {"p_after", "0"},
    {"p_ages_ms", "'{}'"},
    {"p_attempt", "gen_random_uuid()"},
    {"p_chain", "''"},
    {"p_confirmed_empty", "false"},
    {"p_crashing", "'{}'"},
    {"p_document", "'{}'"},
    {"p_documents", "'{}'"},
    {"p_drained", "false"},
    {"p_dry_run", "true"},
    {"p_epoch", "1"},
    {"p_errors", "'{}'"},
    {"p_event", "'overdue'"},
    {"p_evidence", "''"},
    {"p_expected_epoch", "null"},
    {"p_fleet", "$fleet$"},
    {"p_flip", "1"},
    {"p_from", "''"},
    {"p_host_is_off", "false"},
    {"p_in_touch_ms", "0"},
    {"p_incarnation", "gen_random_uuid()"},
    {"p_deployment", "1"},
    {"p_flip_back", "true"},
    {"p_version", "'4.2.1'"},
    {"p_instance", "'10000000-0000-4000-8000-000000000000'"},
    {"p_kind", "'flip'"},
    {"p_known", "'{}'"},
    {"p_lease_beat", "0"},
    {"p_length_ms", "1000"},
    {"p_life", "0"},
    {"p_limit", "10"},
    {"p_newest_first", "true"},
    {"p_node", "$login$"},
    {"p_not_ready_reason", "''"},
    {"p_polls", "0"},
    {"p_pool", "'mail'"},
    {"p_pools", "'{}'"},
    {"p_queue", "'email'"},
    {"p_queues", "'{}'"},
    {"p_ready", "'{mail}'"},
    {"p_reason", "'a test'"},
    {"p_reasons", "'{}'"},
    {"p_request", "gen_random_uuid()"},
    {"p_refuse_only", "false"},
    {"p_rule", "'pause'"},
    {"p_running", "'{}'"},
    {"p_samples", "'{}'"},
    {"p_seen", "'{}'"},
    {"p_seen_beat", "0"},
    {"p_sentence", "''"},
    {"p_since", "0"},
    {"p_stalled", "false"},
    {"p_stood_still_ms", "0"},
    {"p_supervisor", "$supervisor$"},
    {"p_supervisor_epoch", "1"},
    {"p_to", "'job2'"},
    {"p_took_ms", "'{}'"},
    {"p_until", "0"},
    {"p_not_over_before", "0"},
    {"p_verdicts", "'{}'"},
    {"p_workers", "'drained'"},
    {"p_ago_ms", "0"},
    {"p_cause", "'verdict'"},
    {"p_class", "'other'"},
    {"p_incident", "1"},
    {"p_open", "true"},
    {"p_value", "''"},
    {"p_what", "'note'"},
    {"p_renewals", "'{}'"},
    {"p_begin", "(extract(epoch from now()) * 1000000)::bigint"},
    {"p_checked_ms", "'{}'"},
    {"p_end", "(extract(epoch from now()) * 1000000)::bigint + 1000000"},
    {"p_latency_ms", "'{}'"},
    {"p_maintenance", "1"},
    {"p_sentences", "'{}'"},
    {"p_service", "''"},
    {"p_services", "'{}'"},
    {"p_since_ms", "'{}'"},
    {"p_states", "'{}'"},
};

/// Arguments for which null is a valid value.
const std::set<std::string> kMayBeNull{"p_actor",     "p_evidence", "p_expected_epoch",
                                       "p_length_ms", "p_running",  "p_supervisor_epoch",
                                       "p_workers",   "p_ago_ms"};

const std::map<std::string, std::vector<std::string>> kHuge{
    {"text", {"repeat('x', 2000000)", "repeat(' ', 2000000)"}},
    {"text[]",
     {"array_fill('x'::text, array[300000])", "array[repeat('x', 2000000)]",
      "array_fill('x'::text, array[600, 600])"}},
    {"bigint[]", {"array_fill(1::bigint, array[300000])"}},
    {"jsonb", {"jsonb_build_object('nodes', repeat('x', 2000000))"}},
};
const std::map<std::string, std::vector<std::string>> kOdd{
    {"text", {"''", "chr(1)", "'\\\"'", "'mail:1'"}},
    {"text[]", {"array[null]::text[]", "'{{a,b},{c,d}}'", "array['']", "'{mail:x}'"}},
    {"bigint", {"'9223372036854775807'", "'-9223372036854775808'", "'-1'", "0", "31536000001"}},
    {"bigint[]", {"array[null]::bigint[]", "'{{1,2},{3,4}}'", "'{9223372036854775807}'", "'{-1}'"}},
    {"integer", {"'2147483647'", "'-2147483648'", "'-1'", "0"}},
    {"jsonb", {"'[]'", "'1'", "'null'", "'{}'", "'{\"pools\": 1}'"}},
    {"uuid", {}},
    {"boolean", {}},
};

struct Argument {
  std::string name;
  std::string type;
};

class PgArguments : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    fleet_ = "'" + store_.sql("select replace(jobflip.fleet_json()::text, '''', '''''')") + "'";
  }

  std::map<std::string, std::vector<Argument>> functions() {
    std::map<std::string, std::vector<Argument>> all;
    pqxx::nontransaction session{super_};
    for (const auto& row : session.exec(
             "select p.proname, p.proargnames[a.place], format_type(a.type, null) from pg_proc p, "
             "unnest(p.proargtypes::oid[]) with ordinality as a (type, place) where "
             "p.pronamespace = 'jobflip'::regnamespace and has_function_privilege('" +
             GetParam() + "', p.oid, 'execute') order by p.proname, a.place"))
      all[row[0].c_str()].push_back({row[1].c_str(), row[2].c_str()});
    return all;
  }

  std::string call(const std::string& function, const std::vector<Argument>& arguments,
                   std::size_t odd, const std::string& value) const {
    std::string text;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      auto one = i == odd ? value : kPlausible.at(arguments[i].name);
      if (one == "$login$") one = "'" + GetParam() + "'";
      if (one == "$supervisor$") one = GetParam() == "ops1" ? "''" : "'sup1'";
      if (one == "$fleet$") one = fleet_;
      text += (i == 0 ? "" : ", ") + one + "::" + arguments[i].type;
    }
    return "select * from jobflip." + function + "(" + text + ")";
  }

  /// The SQLSTATE; "" if the call was answered.
  std::string end_of(const std::string& statement) {
    try {
      pqxx::nontransaction{login_}.exec(statement);
      return "";
    } catch (const pqxx::insufficient_privilege&) {
      return "42501";  // libpqxx 6 does not keep the SQLSTATE
    } catch (const pqxx::sql_error& error) {
      words_ = error.what();
      return error.sqlstate();
    }
  }
  std::string events() {
    return pqxx::nontransaction{super_}
        .exec("select coalesce(sum(seq), 0) from jobflip_data.audit_head")
        .at(0)[0]
        .c_str();
  }
  static bool is_meant(const std::string& state) {
    return state.empty() || state.starts_with("JF") || state == "42501";
  }

  PgStore store_;
  pqxx::connection super_{store_.conninfo("postgres")};
  pqxx::connection login_{store_.conninfo(GetParam())};
  std::string fleet_;
  std::string words_;
};

TEST_P(PgArguments, AreAllKnownHere) {
  for (const auto& [function, arguments] : functions())
    for (const auto& one : arguments) {
      EXPECT_TRUE(kPlausible.contains(one.name)) << function << ": a plausible " << one.name;
      EXPECT_TRUE(kOdd.contains(one.type)) << function << ": odd values of " << one.type;
    }
}

TEST_P(PgArguments, PlausibleOnesAreAnsweredOrRefusedByARule) {
  for (const auto& [function, arguments] : functions()) {
    const auto end = end_of(call(function, arguments, arguments.size(), ""));
    EXPECT_TRUE(end.empty() || end == "JF001" || end == "JF003" || end == "JF005")
        << function << ": " << end << " " << words_;
  }
}

TEST_P(PgArguments, ThatAreHugeAreRefusedByName) {
  for (const auto& [function, arguments] : functions())
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const auto found = kHuge.find(arguments[i].type);
      if (found == kHuge.end()) continue;
      for (const auto& value : found->second) {
        const auto end = end_of(call(function, arguments, i, value));
        EXPECT_TRUE(end.starts_with("JF")) << function << " " << arguments[i].name << " " << value
                                           << ": '" << end << "' " << words_;
        EXPECT_LT(words_.size(), 20'000u) << function << " " << arguments[i].name;
      }
    }
}

TEST_P(PgArguments, ThatAreNullOrOddChangeNothingAndFailInNoOtherWay) {
  for (const auto& [function, arguments] : functions())
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const auto& [name, type] = arguments[i];
      for (const auto& value : kOdd.at(type)) {
        const auto end = end_of(call(function, arguments, i, value));
        EXPECT_TRUE(is_meant(end)) << function << " " << name << " " << value << ": " << words_;
      }
      if (kMayBeNull.contains(name)) continue;
      const auto before = events();
      const auto end = end_of(call(function, arguments, i, "null"));
      EXPECT_TRUE(is_meant(end)) << function << " " << name << " null: " << words_;
      EXPECT_EQ(events(), before) << function << " " << name << " null";
    }
  std::string longest;
  pqxx::nontransaction session{super_};
  for (const auto& table : session.exec("select c.relname from pg_class c where c.relnamespace = "
                                        "'jobflip_data'::regnamespace and c.relkind = 'r'")) {
    const std::string name = table[0].c_str();
    const auto size =
        session
            .exec("select coalesce(max(octet_length(t::text)), 0) from jobflip_data." + name + " t")
            .at(0);
    EXPECT_LT(size[0].as<std::int64_t>(), 400'000) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(OfEachLogin, PgArguments,
                         ::testing::Values("job1", "sup1", "ops1", "worker1", "reader1"),
                         [](const auto& login) { return login.param; });

}  // namespace
}  // namespace jobflip::test
