#include "rights/rewind.hpp"

#include "storage/store.hpp"

namespace rookery::rights {
namespace {

namespace fs = std::filesystem;
using storage::Family;

constexpr Family families[] = {Family::rows, Family::rowidx, Family::log, Family::meta};

/// The engine keeps what lies there.
constexpr std::string_view store_folder = "store";

}  // namespace

Rewind::Rewind(test::TestVault& vault) : vault_(vault) {
    vault_.close();
    {
        const auto store = vault_.store();
        for (const auto family : families) {
            auto& rows = store_[static_cast<std::size_t>(family)];
            const auto view = store->view();
            const auto cursor = view->scan({family, "", ""}, storage::Order::ascending);
            for (; cursor->valid(); cursor->next()) rows.emplace(cursor->key(), cursor->value());
            if (const auto status = cursor->status(); !status) FAIL(status.error().message);
        }
    }
    copy_files(vault_.data(), files_.path());
    if (const auto opened = vault_.reopen(); !opened) FAIL(opened.error().message);
}

void Rewind::back() {
    vault_.close();
    {
        const auto store = vault_.store();
        const auto commit = store->begin();
        for (const auto family : families) {
            const auto& rows = store_[static_cast<std::size_t>(family)];
            const auto view = store->view();
            const auto cursor = view->scan({family, "", ""}, storage::Order::ascending);
            auto at = rows.begin();
            const auto put = [&] {
                commit->put(family, at->first, at->second);
                ++at;
            };
            for (; cursor->valid(); cursor->next()) {
                while (at != rows.end() && at->first < cursor->key()) put();
                if (at == rows.end() || at->first != cursor->key()) {
                    commit->remove(family, cursor->key());
                } else if (at->second != cursor->value()) {
                    put();
                } else {
                    ++at;
                }
            }
            while (at != rows.end()) put();
        }
        if (const auto written = commit->write(); !written) FAIL(written.error().message);
    }
    copy_files(files_.path(), vault_.data());
    if (const auto opened = vault_.reopen(); !opened) FAIL(opened.error().message);
}

/// And no others are there afterwards.
void Rewind::copy_files(const fs::path& from, const fs::path& to) const {
    for (const auto& old : fs::directory_iterator(to)) {
        if (old.path().filename() != store_folder) fs::remove_all(old.path());
    }
    for (const auto& file : fs::directory_iterator(from)) {
        if (file.path().filename() == store_folder) continue;
        fs::copy(file.path(), to / file.path().filename(), fs::copy_options::recursive);
    }
}

}  // namespace rookery::rights
