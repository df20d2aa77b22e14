#include "jobflip/setup/doctor.hpp"

#include <gmock/gmock.h>

#include "unit/setup/finding_names.hpp"

namespace jobflip::setup {
namespace {

TEST(Doctor, WantsAStoreElsewhereToBeVerified) {
  struct Row {
    StoreRoute route;
    bool found;
  };
  for (const auto& [route, found] : std::vector<Row>{
           {{"", "", "", ""}, false},
           {{"/run/postgresql", "", "", ""}, false},
           {{"localhost", "", "", ""}, false},
           {{"127.0.0.1,::1", "", "", ""}, false},
           {{"", "", "jobflip", ""}, false},
           {{"db", "require", "jobflip", ""}, true},
           {{"", "", "", "10.0.0.7"}, true},
           {{"localhost", "", "", "10.0.0.7"}, true},
           {{"db", "", "", "127.0.0.1"}, false},
           {{"localhost,db", "", "", "127.0.0.1,"}, true},
           {{"db", "verify-full", "", ""}, false},
           {{"db", "", "", ""}, true},
           {{"db", "require", "", ""}, true},
           {{"localhost,db", "verify-ca", "", ""}, true},
       }) {
    EXPECT_EQ(!judge_route("the agent", route).empty(), found) << route.host << route.sslmode;
  }
  EXPECT_EQ(names_of(judge_route("the agent", {"db", "", "", ""})),
            std::vector<std::string>{"W sslmode"});
}

}  // namespace
}  // namespace jobflip::setup
