// Who stops what works in the background, and lets it go on.
#include "jobs/jobs_vault.hpp"
#include "messages/sender.hpp"

namespace jobs_user_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;

TEST_CASE("whoever may disable the user of the jobs lets it go on again", "[jobs]") {
    test::JobsVault jobs(std::make_unique<test::CountingJob>(1));
    auto& vault = jobs.vault;
    const auto manager = vault.user("manager");
    vault.associate(
        "systemuserroles_association",
        manager,
        vault.role("Manage users", {"prvReadUser", "prvWriteUser"}, schema::Depth::global)
    );
    Sender sender(vault, TestVault::caller(manager));
    const auto set = [&](const Uuid& user, bool disabled) {
        return code(sender.update("systemuser", user, std::pair{"isdisabled", disabled}));
    };
    CHECK(set(jobs_user, true) == Errc::count_);
    CHECK(set(jobs_user, false) == Errc::count_);
    // Whoever enables anybody else gives what he has.
    const auto holder = vault.user("holder");
    vault.associate(
        "systemuserroles_association",
        holder,
        vault.role("Keys", {"prvrkyManageKeys"}, schema::Depth::global)
    );
    CHECK(set(holder, true) == Errc::count_);
    CHECK(set(holder, false) == Errc::missing_privilege);
}

}  // namespace jobs_user_test
