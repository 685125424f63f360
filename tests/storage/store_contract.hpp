// What an engine owes whoever uses its stores, as tests that run on any of them: snapshots, order, guards,
// whole commits, durability, errors, the check of what it keeps, and sizes. The rules are the tables at the
// end of contract_*.cpp; docs/development/storage-engine.md says how a new engine is put under them.
#pragma once

#include "storage/engine.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace rookery::storage::test {

/// An engine with a folder of its own, made for one test, and what may happen to both from outside.
class EngineUnderTest {
 public:
    virtual ~EngineUnderTest() = default;

    [[nodiscard]] virtual Result<std::unique_ptr<Store>> open(OpenMode mode) = 0;

    /// The same folder, by an engine that keeps at most so many keys for guards.
    [[nodiscard]] virtual Result<std::unique_ptr<Store>> open_with_bound(
        std::size_t touched_keys_max
    ) = 0;

    /// While what this returns lives, no write reaches the place where stores are kept.
    [[nodiscard]] virtual std::shared_ptr<void> writes_failing() = 0;

    /// The process is killed, as it were: the folder is from now on another one, with what a crash at
    /// this moment would leave. The store that is open goes on with the old one.
    /// With Capabilities::survives_a_crash alone.
    virtual void crash() {}

    /// Changes one byte of what is at rest. With Capabilities::has_bytes_at_rest alone, on a closed
    /// store.
    virtual void damage() {}
};

/// What an engine of its kind can owe at all. A rule that asks for more is no test of it.
struct Capabilities {
    bool survives_a_crash = false;   // what was synced is there although nobody closed the store
    bool has_bytes_at_rest = false;  // which can be damaged, and are under checksums
};

/// Makes every rule a test case "<name>: <rule>" with the tag [storage]. Before main: an object of a
/// test's file.
struct ContractTests {
    ContractTests(
        std::string_view name, Capabilities can,
        const std::function<std::unique_ptr<EngineUnderTest>()>& make
    );
};

}  // namespace rookery::storage::test
