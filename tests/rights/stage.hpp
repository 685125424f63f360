// One prepared world for the matrix: for every attempt SYSTEM makes the row that it aims at, with
// what hangs on it, and takes it away again once something changed.
#pragma once

#include "rights/scene.hpp"
#include "rights/trial.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::rights {

class Stage;

/// A row of a table, and what it means to somebody.
struct Setting {
    std::string words;
    Uuid (*make)(Stage& stage, const schema::Table& table, const Uuid& caller);
};

[[nodiscard]] std::vector<Setting> settings_of(const schema::Table& table);

class Stage {
 public:
    Stage() { build(); }

    [[nodiscard]] Scene& scene() { return *scene_; }

    [[nodiscard]] Trial& trial() { return *trial_; }

    /// As SYSTEM; a failed test if it is refused.
    void run(const messages::Message& message);

    /// A row with a name of its own.
    template <class... Cells>
    Uuid make(std::string_view table, Cells&&... cells) {
        messages::Create message;
        message.table = schema::table(table);
        const auto id = scene_->ids().next();
        const auto put = [&](std::string_view column, messages::InputValue value) {
            message.input.cells.push_back(test::TestVault::cell(table, column, std::move(value)));
        };
        put(message.table->primary_id, id);
        for (const std::string_view column : {"name", "domainname", "msdyn_name"}) {
            if (message.table->column(column) != nullptr) put(column, Ids::numbered("aim", id));
        }
        (put(cells.first, std::forward<Cells>(cells).second), ...);
        run(std::move(message));
        return id;
    }

    void link(std::string_view association, const Uuid& first, const Uuid& second);
    void change(
        std::string_view table, const Uuid& id, std::string_view column, messages::InputValue value
    );

    /// Everything is as it was built: what was made since goes, users that cannot be deleted lose
    /// all that they had, and if that is not enough the world is built anew.
    void clear();

 private:
    void build();
    void remember();
    void retire(const Uuid& user);
    [[nodiscard]] bool as_built() const;
    [[nodiscard]] std::vector<storage::RowRef> made() const;

    std::unique_ptr<Scene> scene_;
    std::unique_ptr<Trial> trial_;
    std::map<std::string, std::uint64_t> built_;  // row versions by key
    std::size_t retired_ = 0;
};

}  // namespace rookery::rights
