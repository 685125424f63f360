#include "storage/store_contract.hpp"

#include "storage/contract_rule.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

namespace rookery::storage::test {
namespace {

class RuleOnEngine final : public Catch::ITestInvoker {
 public:
    RuleOnEngine(
        void (*check)(EngineUnderTest&), std::function<std::unique_ptr<EngineUnderTest>()> make
    )
        : check_(check), make_(std::move(make)) {}

    void invoke() const override {
        const auto engine = make_();
        check_(*engine);
    }

 private:
    void (*check_)(EngineUnderTest&);
    std::function<std::unique_ptr<EngineUnderTest>()> make_;
};

}  // namespace

ContractTests::ContractTests(
    std::string_view name, Capabilities can,
    const std::function<std::unique_ptr<EngineUnderTest>()>& make
) {
    for (const auto& chapter :
         {rules_of_snapshots(),
          rules_of_order(),
          rules_of_guards(),
          rules_of_commits(),
          rules_of_keeping()}) {
        for (const auto& rule : chapter) {
            if (rule.needs != nullptr && !(can.*rule.needs)) continue;
            const auto title = std::string(name) + ": " + std::string(rule.name);
            // Catch owns the invoker.
            const Catch::AutoReg registered(
                new RuleOnEngine(rule.check, make),
                CATCH_INTERNAL_LINEINFO,
                Catch::StringRef(),
                Catch::NameAndTags(title, "[storage][contract]")
            );
        }
    }
}

}  // namespace rookery::storage::test
