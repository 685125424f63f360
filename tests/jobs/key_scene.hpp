// A vault with records that have tokens, and a runner that knows the jobs that change keys.
#pragma once

#include "audit/log_reader.hpp"
#include "jobs/data_rekey.hpp"
#include "jobs/jobs_vault.hpp"
#include "jobs/key_destruction.hpp"
#include "jobs/key_rotation.hpp"
#include "jobs/purge.hpp"
#include "jobs/row_rekey.hpp"
#include "pipeline/secrets.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_tag.hpp"
#include "vault/verify_store.hpp"

#include <map>
#include <string>
#include <vector>

namespace rookery::test {

class KeyScene {
 public:
    static constexpr std::string_view application = "msdyn_octwitterapplication";
    static constexpr std::string_view secret = "msdyn_securetwitterconsumersecret";

    explicit KeyScene(Kept kept = Kept::in_memory)
        : jobs(std::make_unique<CountingJob>(1), {}, kept) {
        let_system_write();
        offer();
    }

    void offer() {
        auto options = jobs.options;
        options.steady = [this] { return jobs.steady; };
        options.log = [](std::string_view, std::string_view, std::string_view) {};
        std::vector<jobs::ScheduledJob> all;
        auto& vault = jobs.vault.vault();
        all.push_back({std::make_unique<jobs::KeyRotation>(vault, jobs.caller()), {}});
        all.push_back({std::make_unique<jobs::KeyDestruction>(vault, jobs.caller()), {}});
        all.push_back({std::make_unique<jobs::Purge>(vault, jobs.caller()), {}});
        all.push_back(
            {std::make_unique<jobs::DataRekey>(vault, jobs.caller()),
             {},
             0,
             {},
             {},
             jobs::Urgency::at_once}
        );
        all.push_back({std::make_unique<jobs::RowRekey>(vault, jobs.caller()), {}});
        jobs.runner.reset();
        jobs.runner = std::make_unique<jobs::JobRunner>(
            std::move(options), std::move(all), vault, jobs.caller(), jobs.vault.jobs()
        );
    }

    /// As after kill -9: the row says what it said last, and the rest is gone.
    void crash() {
        jobs.runner.reset();
        REQUIRE(jobs.vault.reopen());
        offer();
    }

    Uuid make(const std::string& name) {
        return jobs.vault.create(
            application,
            std::pair{"msdyn_name", name},
            std::pair{secret, SecretBytes::copy_of(bytes_of(std::string_view("secret of an app")))}
        );
    }

    Uuid start_rotation() { return jobs.start(std::string(messages::key_rotation_job)); }

    Uuid start_data_rekey() { return jobs.start(std::string(messages::data_rekey_job)); }

    Uuid start_row_rekey() { return jobs.start(std::string(messages::row_rekey_job)); }

    messages::JobRow finish(const Uuid& id) {
        jobs.turns(400);
        return jobs.row(id);
    }

    void rotate() { REQUIRE(finish(start_rotation()).status == messages::JobStatus::succeeded); }

    /// Rows with a data key, by the KEK that it is under.
    std::map<std::uint32_t, std::size_t> census() {
        std::map<std::uint32_t, std::size_t> out;
        const auto view = jobs.vault.vault().view();
        const auto cursor = view.store()->scan(
            storage::all_rows(*schema::table(application)), storage::Order::ascending
        );
        for (; cursor->valid(); cursor->next()) {
            if (const auto version = value(storage::kek_version_of(cursor->value()))) {
                ++out[*version];
            }
        }
        return out;
    }

    /// Rows and what is left of deleted ones, of every table, by the row key that they are tagged under.
    std::map<std::uint32_t, std::size_t> row_census() {
        std::map<std::uint32_t, std::size_t> out;
        const auto view = jobs.vault.vault().view();
        const auto cursor =
            view.store()->scan({storage::Family::rows, {}, {}}, storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) {
            ++out[value(storage::row_key_version_of(cursor->value()))];
        }
        return out;
    }

    /// Every version of a key that there ever was.
    std::vector<crypto::KeyEntry> keys_of(crypto::Purpose purpose) {
        const auto view = jobs.vault.vault().view();
        std::vector<crypto::KeyEntry> out;
        for (const auto& entry : view.keys().keyring.entries()) {
            if (entry.purpose == purpose) out.push_back(entry);
        }
        return out;
    }

    /// What a record's token says, opened as the vault itself does.
    std::string token(const Uuid& id) {
        const auto view = jobs.vault.vault().view();
        const auto it = row(id);
        const auto& sealer = view.keys().sealer;
        const auto& column = *it.table->column(secret);
        const auto dek = value(messages::open_dek(sealer, it));
        const auto& sealed = std::get<storage::SealedValue>(*it.find(column.id));
        const auto opened = value(messages::open_secret(sealer, it, dek, column, sealed));
        return opened.expose([](ByteView bytes) { return std::string(text_of(bytes)); });
    }

    storage::Row row(const Uuid& id) {
        const auto view = jobs.vault.vault().view();
        const auto& table = *schema::table(application);
        const auto stored =
            value(view.store()->get(storage::Family::rows, storage::row_key({table.id, id})));
        return std::get<storage::Row>(
            value(storage::decode(table, id, *stored, view.keys().authenticator))
        );
    }

    std::string bytes(const Uuid& id) {
        const auto key = storage::row_key({schema::table(application)->id, id});
        return *value(jobs.vault.vault().parts().store->view()->get(storage::Family::rows, key));
    }

    /// Past the ledger, as somebody with the disk would; seen once something else is written.
    void put_bytes(const Uuid& id, const std::string& bytes) {
        {
            const auto commit = jobs.vault.vault().parts().store->begin();
            const auto key = storage::row_key({schema::table(application)->id, id});
            commit->put(storage::Family::rows, key, bytes);
            REQUIRE(commit->write());
        }
        jobs.vault.create(application, std::pair{"msdyn_name", std::string("published")});
    }

    /// Every record KEK there ever was.
    std::vector<crypto::KeyEntry> keks() { return keys_of(crypto::Purpose::record_kek); }

    std::size_t entries(audit::Action action, audit::Outcome outcome = audit::Outcome::success) {
        const auto view = jobs.vault.vault().view();
        const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
        std::size_t out = 0;
        for (std::uint64_t i = 0; i < reader.size(); ++i) {
            const auto entry = value(reader.read(i, audit::Sections::core));
            if (entry.event.action == action && entry.event.outcome == outcome) ++out;
        }
        return out;
    }

    void check_store() {
        const auto report = value(messages::verify_store(jobs.vault.vault()));
        std::string words;
        for (const auto& one : report.findings) words += one.place + ": " + one.what + "\n";
        INFO(words);
        CHECK(report.ok());
    }

    JobsVault jobs;

 private:
    void let_system_write() {
        auto& vault = jobs.vault;
        const auto profile =
            vault.create("fieldsecurityprofile", std::pair{"name", std::string("write")});
        vault.create(
            "fieldpermission",
            std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
            std::pair{"entityname", std::string(application)},
            std::pair{"attributelogicalname", std::string(secret)},
            std::pair{"cancreate", std::int64_t{4}},
            std::pair{"canupdate", std::int64_t{4}}
        );
        vault.associate("systemuserprofiles_association", messages::system_user, profile);
    }
};

}  // namespace rookery::test
