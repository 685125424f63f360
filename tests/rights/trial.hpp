// One request after the other through the real pipeline of a real vault, each judged by what its
// store holds afterwards.
#pragma once

#include "rights/invariants.hpp"
#include "rights/row_image.hpp"
#include "support/test_vault.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rookery::rights {

struct Outcome {
    std::optional<Error> refused;  // nothing: it was allowed
    bool changed = false;          // any row
    std::vector<Finding> findings;
};

class Trial {
 public:
    explicit Trial(test::TestVault& vault) : vault_(vault) { take(image_.read(vault.vault())); }

    /// Sends it and judges what came of it.
    Outcome run(const Means& means, const messages::Message& message);
    /// The same on behalf of a user, judged as a deed of each of the two.
    Outcome run_on_behalf(const Means& means, const Uuid& user, const messages::Message& message);
    Outcome run_as_system(const messages::Message& message);

    /// What a Retrieve and a list in clear show to somebody is what the oracle says, not more and
    /// not less.
    [[nodiscard]] std::vector<Finding> reveal(const Means& means, const Uuid& record);
    [[nodiscard]] std::vector<Finding> reveal_list(const Means& means, const schema::Table& table);
    /// The same of the rows of each collection of them, with whatever parents he may read.
    [[nodiscard]] std::vector<Finding> reveal_expanded(
        const Means& means, const schema::Table& table
    );

    /// What is counted of a table for somebody, in groups, is what a list of it shows him.
    [[nodiscard]] std::vector<Finding> count_as_listed(
        const Means& means, const schema::Table& table
    );

    /// The lists that SYSTEM gets hold the rows that lie in the store, so that the oracle looks at
    /// what everybody else does.
    [[nodiscard]] std::vector<Finding> compare_with_lists();

    [[nodiscard]] test::TestVault& vault() { return vault_; }

    [[nodiscard]] const State& state() const { return state_; }

    [[nodiscard]] const World& world() const { return state_.world; }

    [[nodiscard]] const Names& names() const { return names_; }

    [[nodiscard]] const RowImage& image() const { return image_; }

    [[nodiscard]] Instant now() const { return vault_.clock().now(); }

    /// Somebody who uses one of his credentials that is there now.
    [[nodiscard]] Means by(const Uuid& credential) const;

 private:
    /// The state is what the image says now; gives the one before.
    State take(std::span<const RowChange> changes);
    [[nodiscard]] access::Caller caller(const Means& means) const;
    [[nodiscard]] Outcome send(
        const access::Caller& caller, Deed deed, const messages::Message& message,
        const std::optional<Means>& also = std::nullopt
    );
    [[nodiscard]] bool says_grant(std::uint64_t first_entry);
    [[nodiscard]] ledger::Receipt read(const Means& means, const messages::Message& message);
    [[nodiscard]] Reach shown(const Means& means, const messages::Message& message);
    [[nodiscard]] std::vector<Finding> compare(
        const Means& means, const Reach& shown, const Reach& expected
    ) const;

    test::TestVault& vault_;
    RowImage image_;
    Names names_;
    State state_;
};

}  // namespace rookery::rights
