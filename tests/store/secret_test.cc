#include "store/secret.h"

#include <sys/wait.h>
#include <unistd.h>

#include <type_traits>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(!std::is_convertible_v<size_t, Secret>);

TEST(Secret, MovesAndLeavesNothingBehind) {
  Secret a = SecretText("key");
  Secret b = std::move(a);
  EXPECT_EQ(Text(b), "key");
  EXPECT_TRUE(a.empty());  // NOLINT: that is the promise
  a = std::move(b);
  EXPECT_EQ(Text(a), "key");
  Secret& same = a;
  a = std::move(same);
  EXPECT_EQ(Text(a), "key");
}

TEST(Secret, ShrinkWipesTheRest) {
  Secret a = SecretText("0123456789");
  const uint8_t* bytes = a.Expose().data();
  a.Shrink(4);
  EXPECT_EQ(Text(a), "0123");
  for (int i = 4; i < 10; ++i) EXPECT_EQ(bytes[i], 0);
  a.Shrink(9);
  EXPECT_EQ(a.size(), 4u);
}

TEST(Secret, EmptyIsFine) {
  Secret a(0);
  EXPECT_TRUE(a.Expose().empty());
  EXPECT_TRUE(Secret::CopyOf({}).empty());
}

TEST(Secret, AChildFindsZeroesUnlessToldToKeep) {
  const Secret wiped = SecretText("key");
  const Secret kept = Secret::CopyOf(AsBytes("key"), Secret::OnFork::kKeep);
  const pid_t child = fork();
  if (child == 0) {
    const bool good = Text(wiped) == std::string(3, '\0') && Text(kept) == "key";
    _exit(good ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(Text(wiped), "key");
}

}  // namespace
}  // namespace keyrule::store
