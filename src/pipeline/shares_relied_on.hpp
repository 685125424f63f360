// SharesReliedOn: the shares without which a plan would be another one. It holds as long as each of them gives what it gave, and
// up to the first moment at which one ends; other shares may come and go meanwhile, and these may change and change back. So
// nobody keeps others waiting by what he does with records of his own.
#pragma once

#include "access/decide.hpp"
#include "access/facts.hpp"
#include "access/scope.hpp"
#include "ledger/pending.hpp"
#include "pipeline/view.hpp"

#include <map>

namespace rookery::messages {

class SharesReliedOn {
 public:
    // Shares that an earlier part of the same change set plans are left out: they come with it or not at all.

    void add(const access::Decision& decision, const View& view);
    void add(const access::Scope& scope, const View& view);

    /// All that there are, and that there are no others.
    void add_all() { all_ = true; }

    void add_to(ledger::Plan& plan, const View& view) const;

 private:
    void add(const storage::RowRef& share, const View& view);

    std::map<Uuid, access::Share> shares_;
    std::map<Uuid, access::ColumnShare> column_shares_;
    bool all_ = false;
};

}  // namespace rookery::messages
