// The world in which every cell of the matrix is played: the ten callers, and of each served table the rows that they aim at.
//
// What somebody is shows in whose the row is: the owner and the impersonator, who acts for the owner, aim at the owner's; the
// share holder at one that is shared with him; everybody else at a team's. Where no message makes such a row, whatever lies
// there is aimed at.
#pragma once

#include "rights/rewind.hpp"
#include "rights/row_image.hpp"
#include "rights/scene.hpp"
#include "rights/wire.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::rights {

enum class Who : std::uint8_t {
    nobody,
    unauthenticated,
    disabled,
    no_role,
    reader,
    team_member,
    owner,
    share_holder,
    impersonator,
    administrator,
    count_,
};

struct CallerRow {
    Who who;
    std::string_view words;
    std::string_view name;  // in the world; empty: nobody is behind it
};

/// In the order of Who.
inline constexpr CallerRow caller_rows[] = {
    {Who::nobody, "nobody", ""},
    {Who::unauthenticated, "unauthenticated", ""},
    {Who::disabled, "disabled", "barred"},
    {Who::no_role, "no role", "stranger"},
    {Who::reader, "reader", "perusing"},
    {Who::team_member, "team member", "belonging"},
    {Who::owner, "owner", "owning"},
    {Who::share_holder, "share holder", "sharing"},
    {Who::impersonator, "impersonator", "deputy"},
    {Who::administrator, "administrator", "admin"},
};

static_assert(std::size(caller_rows) == static_cast<std::size_t>(Who::count_));

[[nodiscard]] inline const CallerRow& row_of(Who who) {
    return caller_rows[static_cast<std::size_t>(who)];
}

/// A token of a record that the world has: told apart from every other by the record's name.
[[nodiscard]] std::string token_of(std::string_view record);

class MatrixWorld {
 public:
    MatrixWorld();

    /// As who sends it: with his credential, and for whom he acts.
    [[nodiscard]] Answer ask(Who who, http::Request request);
    /// A message inside the process, with what it left on the log.
    [[nodiscard]] std::optional<Errc> send(
        Who who, const messages::Message& message, std::vector<audit::Event>& entries
    );
    /// Every row is as it was made.
    void back();
    /// Whether any row was written since.
    [[nodiscard]] bool changed();

    /// The user who sends it, and the one he acts for. Nil: nobody is behind it.
    [[nodiscard]] Uuid user(Who who) const {
        const auto name = row_of(who).name;
        return name.empty() ? Uuid{} : named(name);
    }

    [[nodiscard]] std::optional<Uuid> acts_for(Who who) const;

    [[nodiscard]] const Uuid& named(std::string_view name) const;
    /// Of the table, to be aimed at by him; an id of no row when there is none.
    /// `anothers`: one that is neither his nor his team's nor shared with him, where the table has owners.
    [[nodiscard]] const storage::Row& aim(
        const schema::Table& table, Who who, bool anothers = false
    ) const;
    /// A record of the table that is retained, of who owns those that he aims at; an id of no row where none is.
    [[nodiscard]] Uuid retained(const schema::Table& table, Who who) const;
    /// Of a table with tokens: its records by the name that their tokens have.
    [[nodiscard]] std::vector<std::pair<std::string, Uuid>> records_of(const schema::Table& table
    ) const;
    /// What a row is measured by.
    [[nodiscard]] Place place(const storage::Row& row) const;

    /// Whether the table has a row there.
    [[nodiscard]] static bool is_there(const storage::Row& row) { return row.row_version != 0; }

    [[nodiscard]] const World& world() const { return image_.world(); }

    [[nodiscard]] const RowImage& image() const { return image_; }

    [[nodiscard]] test::TestVault& vault() { return scene_.vault(); }

    [[nodiscard]] Uuid new_id() const { return new_id_; }

    [[nodiscard]] std::string delta_token(
        const schema::Table& table, Who who, const std::string& digest
    ) const;

 private:
    void offer_jobs();
    void people();
    void rows();
    /// As `variant` is, by this name.
    void make(const schema::Table& table, std::size_t variant, const std::string& name);
    void put(
        const schema::Table& table, std::size_t variant, std::string_view name,
        std::string_view members
    );
    void share(const schema::Table& table, std::string_view name);
    void more_rows();
    void shares();
    void retained_rows();
    void made_by_jobs();
    void tokens();
    void aims();
    void run(const access::Caller& caller, const messages::Message& message);
    /// A request by who has this name, or by SYSTEM.
    void act(std::string_view name, const std::string& method, std::string path, std::string body);
    [[nodiscard]] std::string bearer(const Uuid& user);

    Scene scene_;
    std::map<std::string, Uuid, std::less<>> named_;
    std::map<schema::TableId, std::array<storage::Row, 3>> aims_;
    std::array<std::string, static_cast<std::size_t>(Who::count_)> bearer_;
    Uuid new_id_;
    RowImage image_;
    std::optional<Rewind> start_;
    std::optional<Wire> wire_;
    std::uint64_t versionnumber_ = 0;
    std::uint32_t keyring_epoch_ = 0;
};

}  // namespace rookery::rights
