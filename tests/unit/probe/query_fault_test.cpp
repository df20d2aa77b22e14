#include "probe/query_fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/reading_error.hpp"

namespace jobflip::probe {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

core::QueueSettings queue_of(std::optional<std::string> preset = std::nullopt) {
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.database = "label";
  queue.preset = std::move(preset);
  return queue;
}

SessionFacts facts_of(std::vector<std::string> objects = {}) {
  return {"it", "\"My Jobs\"", "\"\"", "task", std::move(objects), {}};
}

std::string said(Error error, const std::optional<SessionFacts>& facts,
                 std::optional<std::string> preset = std::nullopt) {
  const auto code = code_of_reading(error.code);
  const auto out = explained(std::move(error), queue_of(std::move(preset)), facts);
  EXPECT_EQ(out.code, code);
  return out.text + " | " + out.hint;
}

TEST(QueryFault, FindsWhatTheServerMentionsWhateverItsName) {
  struct Case {
    const char* text;
    Fault fault;
    const char* name;
  };
  for (const auto& [text, fault, name] : {
           Case{"queue q: permission denied for schema My App", Fault::denied_schema, "My App"},
           Case{"queue q: permission denied for table a\"b", Fault::denied_table, "a\"b"},
           Case{"permission denied for materialized view m", Fault::denied_table, "m"},
           Case{"permission denied for function f", Fault::denied_function, "f"},
           Case{"query would be affected by row-level security policy for table \"a b\"",
                Fault::hidden_rows, "a b"},
           Case{"relation \"app.task\" does not exist", Fault::no_table, "app.task"},
           Case{"division by zero", Fault::other, ""},
       }) {
    EXPECT_EQ(mention_in(text).fault, fault) << text;
    EXPECT_EQ(mention_in(text).name, name);
  }
}

TEST(QueryFault, AGrantCanBeCopied) {
  const Error denied{ErrorCode::probe_failed, "queue email: permission denied for table task", ""};
  EXPECT_THAT(said(denied, facts_of({"app.task"})),
              HasSubstr("| in database \"My Jobs\": grant select on app.task to it"));
  EXPECT_THAT(said(denied, facts_of({"app.task", "b.task"})),
              HasSubstr("grant select on app.task, b.task (whichever the query means) to it"));
  EXPECT_THAT(said(denied, facts_of()), HasSubstr("on task (write its schema before it) to it"));
  Error generic = denied;
  generic.hint = "grant the login what the query reads";
  EXPECT_THAT(said(generic, std::nullopt), HasSubstr("| grant the login what the query reads"));
  EXPECT_THAT(said(generic, facts_of({"app.task"}), "river"), HasSubstr("| grant the login what"));
}

TEST(QueryFault, ATableThatIsNotFoundIsWrittenWithItsSchema) {
  const Error error{ErrorCode::probe_failed, "queue email: relation \"task\" does not exist", ""};
  EXPECT_THAT(said(error, facts_of({"app.task"})),
              HasSubstr("| write app.task: the search_path of it is empty"));
  EXPECT_THAT(said(error, facts_of()), HasSubstr("database \"My Jobs\" has no table of this name"));
  EXPECT_THAT(said(error, std::nullopt), HasSubstr("| try the query by hand"));
}

TEST(QueryFault, ByHandIsInTheSessionsDatabaseAndNotUnderOurLabel) {
  const Error error{ErrorCode::store_failed, "queue email: division by zero", ""};
  EXPECT_THAT(said(error, facts_of()),
              HasSubstr("| try the query by hand, as it in database \"My Jobs\""));
  EXPECT_THAT(said(error, facts_of()), Not(HasSubstr("label")));
  EXPECT_THAT(said(error, facts_of(), "river"), HasSubstr("| docs/presets.md says"));
}

TEST(QueryFault, HiddenRowsAreNamedAsSuch) {
  const Error error{ErrorCode::probe_failed,
                    "queue email: query would be affected by row-level security policy for table "
                    "\"task\"",
                    "grant the login of [databases] what the query reads"};
  const auto text = said(error, facts_of({"app.task"}));
  EXPECT_THAT(text, HasSubstr("(app.task): it may hide rows from it, and a queue that is hidden"));
  EXPECT_THAT(text, HasSubstr("| alter role it bypassrls, or let the query read a view"));
}

TEST(QueryFault, NothingSaysThatItIsTriedAgain) {
  const Error error{ErrorCode::store_conflict,
                    "queue email: canceling statement due to lock timeout", ""};
  auto facts = facts_of();
  EXPECT_THAT(said(error, facts), HasSubstr("| another session held a lock on what is read"));
  facts.locks = {"pid 17 (ada, psql) has locked app.task"};
  for (const auto& preset : {std::optional<std::string>{}, std::optional<std::string>{"river"}})
    EXPECT_THAT(said(error, facts, preset),
                HasSubstr("; pid 17 (ada, psql) has locked app.task | try again when that"));
}

TEST(QueryFault, ASlowQueryIsToldAboutItsPlan) {
  const Error error{ErrorCode::store_timeout, "queue email: no answer within 5.0s",
                    "it may wait for a lock, for its disk, or for a synchronous standby"};
  EXPECT_THAT(said(error, std::nullopt), HasSubstr("`jobflip probe email --explain`"));
  EXPECT_THAT(said(error, std::nullopt), HasSubstr("an entry of its own in [databases]"));
  const Error cut{ErrorCode::store_timeout, "queue email: the call was cut", ""};
  EXPECT_THAT(said(cut, std::nullopt), Not(HasSubstr("--explain")));
}

}  // namespace
}  // namespace jobflip::probe
